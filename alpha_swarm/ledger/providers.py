"""Providers' part in the enrichments, by the hour in which their results came."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.tables import provider_uses, work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session

_HOUR = 3600
_HOURS_KEPT = 48
#: No hour of ours: what is older is summed up there, so that a sum over all hours never falls.
_BEFORE = 0


class SqlProviders:
    """Implements ``ports.parts.Providers``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def book(self, uses: Mapping[str, int]) -> None:
        """What they did."""
        self._add({name: (number, 0) for name, number in uses.items()})

    def book_missed(self, missed: Mapping[str, int]) -> None:
        """What they failed to do."""
        self._add({name: (0, number) for name, number in missed.items()})

    def this_hour(self) -> dict[str, tuple[int, int]]:
        """Provider → how often it was of use, and how often it did not answer in time."""
        query = select(provider_uses).where(provider_uses.c.hour == self._hour)
        return {row.provider: (row.uses, row.missed) for row in self._session.rows(query)}

    def room(self, hourly: Mapping[str, int]) -> int:
        """Whoever was begun an hour ago and has no result is not waited for."""
        used = self.this_hour()
        begun = (work.c.step == Step.COLLECT.value) & (work.c.since >= self._hour * _HOUR)
        in_hand = (work.c.step == Step.ENRICH.value) & work.c.lease_id.is_not(None)
        query = select(func.count()).select_from(work).where(begun | in_hand)
        tightest = min(limit - sum(used.get(name, (0, 0))) for name, limit in hourly.items())
        return tightest - int(self._session.run(query).scalar_one())

    def _add(self, numbers: Mapping[str, tuple[int, int]], hour: int | None = None) -> None:
        """To an hour's (none: this one), in one order, so that two transactions never wait for each other."""
        rows = [
            {"provider": name, "hour": self._hour if hour is None else hour, "uses": uses, "missed": missed}
            for name, (uses, missed) in sorted(numbers.items())
        ]
        if not rows:
            return
        statement = self._session.insert(provider_uses)
        sums = {name: provider_uses.c[name] + statement.excluded[name] for name in ("uses", "missed")}
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
        """Two days hour by hour are enough to look back on."""
        old = (provider_uses.c.hour != _BEFORE) & (provider_uses.c.hour < self._hour - _HOURS_KEPT)
        # Whoever deletes a row has it alone, also where two tidy at once.
        gone = self._session.rows(delete(provider_uses).where(old).returning(*provider_uses.c))
        sums: Counter[tuple[str, str]] = Counter()
        for row in gone:
            sums[row.provider, "uses"] += row.uses
            sums[row.provider, "missed"] += row.missed
        names = {row.provider for row in gone}
        self._add({name: (sums[name, "uses"], sums[name, "missed"]) for name in names}, _BEFORE)

    @property
    def _hour(self) -> int:
        return int(self._session.now // _HOUR)
