"""How the changes of a CRM's contacts are followed, and what was in the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alpha_swarm.domain.moments import read_moment, write_moment

if TYPE_CHECKING:
    from alpha_swarm.domain.crm.news import System

#: What came in before the moment of a cursor is read once more by so much, when the cursor itself is lost.
_SAFELY = timedelta(hours=1)
#: As far back a cursor begins anew of which not even the moment can be read.
_UNREADABLE = timedelta(days=1)
#: No vendor dates its records more finely.
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Of one system; moments in UTC."""

    followed_at: datetime | None = None
    """When a round came to its end without trouble."""
    trouble: str | None = None
    """The last one, without personal data."""
    troubled_at: datetime | None = None

    @property
    def stands_still(self) -> bool:
        """Whether the last round met with trouble."""
        if self.troubled_at is None:
            return False
        return self.followed_at is None or self.followed_at <= self.troubled_at

    def after(self, trouble: str | None, now: datetime) -> Following:
        """One round later."""
        if trouble is None:
            return replace(self, followed_at=now)
        return replace(self, trouble=trouble, troubled_at=now)

    def write(self) -> str:
        """As a fact."""
        moments = {"followed_at": self.followed_at, "troubled_at": self.troubled_at}
        written = {name: write_moment(at) for name, at in moments.items() if at is not None}
        return json.dumps({**written, "trouble": self.trouble})


def read_following(text: str | None) -> Following:
    """From a fact; nothing was followed yet where there is none."""
    kept = json.loads(text) if text else {}
    return Following(
        followed_at=read_moment(kept.get("followed_at")),
        trouble=kept.get("trouble"),
        troubled_at=read_moment(kept.get("troubled_at")),
    )


def following_fact(system: System) -> str:
    """Under what it is kept."""
    return f"crm.following.{system.value}"


def begun_anew(cursor: str, now: datetime) -> str:
    """In place of a cursor that is refused: a moment alone, early enough that nothing is passed over.

    A moment alone stays as it is: what refuses that is no matter of the cursor.
    """
    moment, _, last = cursor.partition(" ")
    at = read_moment(moment)
    if at is None:
        return write_moment(now - _UNREADABLE)
    return write_moment(at - _SAFELY) if last else cursor


def stepped_over(cursor: str) -> str:
    """In place of a cursor that leads nowhere but to itself: behind its moment."""
    at = read_moment(cursor.partition(" ")[0])
    return cursor if at is None else write_moment(at + _TICK)
