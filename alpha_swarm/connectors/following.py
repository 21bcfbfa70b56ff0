"""How far the changes of a CRM have been followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alpha_swarm.domain.moments import read_moment, write_moment
from alpha_swarm.errors import GiveUpError
from alpha_swarm.ports.records_in import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ports.records_in import Changed

#: What was changed within the last minutes may not be seen yet, as an index lags and long transactions end:
#: it is read once more.
OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Place:
    """A moment, and who was the last one of it."""

    at: datetime
    last: str = ""
    """As the CRM goes on from there; ``""`` begins with all of the moment."""

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> Place:
        """The cursor of an earlier page; without one it begins now.

        Raises:
            GiveUpError: it is none.
        """
        if cursor is None:
            return cls(now)
        moment, _, last = cursor.partition(" ")
        at = read_moment(moment)
        if at is None:
            raise GiveUpError("the cursor names no moment", cause="cursor")
        return cls(at, last)

    def page(self, changed: Mapping[str, Changed], end: Place | None, *, full: bool, now: datetime) -> Page:
        """What was read from here to the end; ``full``: there may be more behind it."""
        follow, more = self._onward(end, now - OVERLAP)
        return Page(records=changed, cursor=follow.write(), more=more and full)

    def write(self) -> str:
        """As a cursor."""
        return f"{write_moment(self.at)} {self.last}".rstrip()

    def _onward(self, end: Place | None, settled: datetime) -> tuple[Place, bool]:
        """Never past what is settled, whatever was read: that comes again in the next round.

        An end that is not ahead of here has brought nobody on.
        """
        if end is None or end.at >= settled:
            return (Place(settled) if end and self.at < settled else self), False
        return (end if self._is_before(end) else self), True

    def _is_before(self, end: Place) -> bool:
        return end.at > self.at or (end.at == self.at and end.last not in {"", self.last})
