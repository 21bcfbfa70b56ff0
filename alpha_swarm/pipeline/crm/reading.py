"""What a CRM's letters come to: which of them can be acted upon, and what they say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.news import Change, News
from alpha_swarm.errors import GiveUpError
from alpha_swarm.pipeline.crm.news import Told, fold
from alpha_swarm.ports.records import Letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from alpha_swarm.domain.crm.news import System

    Decode = Callable[[bytes], Sequence[News]]
    Fields = Mapping[str, Mapping[str, str]]

#: What became of a letter.
READ, UNREADABLE, UNVERIFIED = "done", "unreadable", "unverified"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A letter, and what it says."""

    letter: Letter
    news: Sequence[News] | None
    """``None``: nobody can read it."""

    @classmethod
    def of(cls, letter: Letter, decode: Decode) -> Reading:
        """Read it."""
        try:
            return cls(letter, decode(letter.body))
        except GiveUpError:
            return cls(letter, None)

    def wanted(self, system: System) -> set[str]:
        """The records that must be asked for."""
        return {one.record_id for one in self.news or () if one.record_id and _is_hint(system, one)}

    @property
    def wishes(self) -> set[str]:
        """The records of persons who asked to be forgotten there."""
        wished = (one for one in self.news or () if one.change is Change.PRIVACY_DELETED)
        return {one.record_id for one in wished if one.record_id}

    def state(self, system: System, fields: Fields | None) -> str:
        """What became of the letter; ``fields`` are ``None`` where nobody can be asked."""
        if self.news is None:
            return UNREADABLE
        return UNVERIFIED if fields is None and self.wanted(system) else READ

    def usable(self, system: System, fields: Fields | None) -> Iterator[Told]:
        """What can be acted upon: a record that is not there any more has nothing to say."""
        for one in self.news or ():
            now = (fields or {}).get(one.record_id or "")
            if not _is_hint(system, one):
                yield Told.of(one, _at(one, self.letter.received_at))
            elif now is not None:
                yield Told.of(one, _at(one, self.letter.received_at), now)


def together(system: System, readings: Iterable[Reading], fields: Fields | None) -> list[Told]:
    """One piece of news a record; what names no record stands for itself."""
    groups: defaultdict[str, list[Told]] = defaultdict(list)
    for reading in readings:
        for number, told in enumerate(reading.usable(system, fields)):
            groups[told.record_id or f"/{reading.letter.id}/{number}"].append(told)
    return [fold(group) for group in groups.values()]


def _is_hint(system: System, news: News) -> bool:
    """Whether the letter alone is no proof of what the record says."""
    return news.change is Change.CHANGED and not (system.signs and news.fields is not None)


def _at(news: News, received_at: datetime) -> datetime:
    """Not after it was received, or it would outdo all that comes later."""
    return min(news.at or received_at, received_at)
