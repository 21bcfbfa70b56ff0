"""Providers' part in the enrichments, by the hour in which their results came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.tables import provider_uses, work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session

_HOUR = 3600
_HOURS_KEPT = 48


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

    def _add(self, numbers: Mapping[str, tuple[int, int]]) -> None:
        """To this hour's, in one order, so that two transactions never wait for each other."""
        rows = [
            {"provider": name, "hour": self._hour, "uses": uses, "missed": missed}
            for name, (uses, missed) in sorted(numbers.items())
        ]
        if not rows:
            return
        statement = self._session.insert(provider_uses)
        sums = {name: provider_uses.c[name] + statement.excluded[name] for name in ("uses", "missed")}
        self._session.run(
            statement.on_conflict_do_update(index_elements=["provider", "hour"], set_=sums), rows
        )

    def tidy(self) -> None:
        """Two days are enough to look back on."""
        self._session.run(delete(provider_uses).where(provider_uses.c.hour < self._hour - _HOURS_KEPT))

    @property
    def _hour(self) -> int:
        return int(self._session.now // _HOUR)
