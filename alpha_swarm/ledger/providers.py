"""Providers' part in the enrichments, by the hour in which their results came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from alpha_swarm.ledger.tables import provider_uses

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
        """Add to this hour's, in one order, so that two transactions never wait for each other."""
        rows = [
            {"provider": name, "hour": self._hour, "uses": number} for name, number in sorted(uses.items())
        ]
        if not rows:
            return
        statement = self._session.insert(provider_uses)
        sums = {"uses": provider_uses.c.uses + statement.excluded.uses}
        self._session.run(
            statement.on_conflict_do_update(index_elements=["provider", "hour"], set_=sums), rows
        )

    def this_hour(self) -> dict[str, int]:
        """Provider → uses."""
        query = select(provider_uses.c.provider, provider_uses.c.uses).where(
            provider_uses.c.hour == self._hour
        )
        return {row.provider: row.uses for row in self._session.rows(query)}

    def tidy(self) -> None:
        """Two days are enough to look back on."""
        self._session.run(delete(provider_uses).where(provider_uses.c.hour < self._hour - _HOURS_KEPT))

    @property
    def _hour(self) -> int:
        return int(self._session.now // _HOUR)
