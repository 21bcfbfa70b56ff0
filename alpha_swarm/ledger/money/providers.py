"""Providers' part in the enrichments, by the hour in which their results came."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.schema.providers import provider_uses
from alpha_swarm.ledger.schema.tables import work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.providers.uses import Part
    from alpha_swarm.ledger.session import Session

_HOUR = 3600
#: Reports look back on a year.
_HOURS_KEPT = 400 * 24
#: No hour of ours: what is older is summed up there, so that a sum over all hours never falls.
_BEFORE = 0
_FIGURES = ("uses", "missed", "hits", "dropped", "credits")


class SqlProviders:
    """Implements ``ports.parts.Providers``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def book(self, parts: Mapping[str, Part]) -> None:
        """What they did."""
        self._add({name: asdict(part) for name, part in parts.items()})

    def book_missed(self, missed: Mapping[str, int]) -> None:
        """What they failed to do."""
        self._add({name: {"missed": number} for name, number in missed.items()})

    def this_hour(self) -> dict[str, tuple[int, int]]:
        """Provider → how often it was of use, and how often it did not answer in time."""
        asked = or_(provider_uses.c.uses > 0, provider_uses.c.missed > 0)
        query = select(provider_uses).where(provider_uses.c.hour == self._hour, asked)
        return {row.provider: (row.uses, row.missed) for row in self._session.rows(query)}

    def room(self, hourly: Mapping[str, int]) -> int:
        """Whoever was begun more than an hour ago and has no result is not waited for.

        Begun in the hour before counts too: the result is booked in the hour in which it comes.
        """
        used = self.this_hour()
        begun = (work.c.step == Step.COLLECT.value) & (work.c.since > self._session.now - _HOUR)
        in_hand = (work.c.step == Step.ENRICH.value) & work.c.lease_id.is_not(None)
        query = select(func.count()).select_from(work).where(begun | in_hand)
        tightest = min(limit - sum(used.get(name, (0, 0))) for name, limit in hourly.items())
        return tightest - int(self._session.run(query).scalar_one())

    def _add(self, numbers: Mapping[str, Mapping[str, float]], hour: int | None = None) -> None:
        """To an hour's (none: this one), in one order, so that two transactions never wait for each other."""
        nothing = {"hour": self._hour if hour is None else hour, **dict.fromkeys(_FIGURES, 0)}
        rows = [{"provider": name, **nothing, **figures} for name, figures in sorted(numbers.items())]
        if not rows:
            return
        statement = self._session.insert(provider_uses)
        sums = {name: provider_uses.c[name] + statement.excluded[name] for name in _FIGURES}
        self._session.run(
            statement.on_conflict_do_update(index_elements=["provider", "hour"], set_=sums), rows
        )

    def totals(self) -> dict[str, tuple[int, int]]:
        """The same since the ledger began."""
        uses, missed = (func.sum(column) for column in (provider_uses.c.uses, provider_uses.c.missed))
        query = select(provider_uses.c.provider, uses.label("uses"), missed.label("missed"))
        rows = self._session.rows(query.group_by(provider_uses.c.provider))
        return {row.provider: (int(row.uses), int(row.missed)) for row in rows}

    def tidy(self) -> None:
        """A year and a month hour by hour are enough to look back on."""
        old = (provider_uses.c.hour != _BEFORE) & (provider_uses.c.hour < self._hour - _HOURS_KEPT)
        # Whoever deletes a row has it alone, also where two tidy at once.
        gone = self._session.rows(delete(provider_uses).where(old).returning(*provider_uses.c))
        sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in gone:
            sums[row.provider].update({name: getattr(row, name) for name in _FIGURES})
        self._add(sums, _BEFORE)

    @property
    def _hour(self) -> int:
        return int(self._session.now // _HOUR)
