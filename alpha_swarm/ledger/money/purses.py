"""Whose money is spent on a lead: the batch that it came in, and its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.tables import leads

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.ledger.session import Session


class Purse(NamedTuple):
    """``None`` where a cost belongs to no batch or source."""

    batch: str | None = None
    source: str | None = None


class Purses:
    """Remembers them within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, Purse] = {}

    def of(self, lead_ids: Collection[str]) -> dict[str, Purse]:
        """Lead id → purse, in the order of the ids; those who are unknown have one that is nobody's."""
        missing = [lead_id for lead_id in lead_ids if lead_id not in self._known]
        if missing:
            query = select(leads.c.id, leads.c.batch, leads.c.source)
            rows = self._session.rows(query.where(among(leads.c.id, missing)))
            self._known |= {row.id: Purse(row.batch, row.source) for row in rows}
        return {lead_id: self._known.get(lead_id, Purse()) for lead_id in lead_ids}
