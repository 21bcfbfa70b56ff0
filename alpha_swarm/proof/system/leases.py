"""Who holds what, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.ledger.engine import DatabaseTime
from alpha_swarm.ledger.schema.tables import leases, work

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection, Row


@dataclass(frozen=True, slots=True)
class Owed:
    """A work row at one moment: it was taken over once it is gone, owed anew or claimed once more."""

    lead_id: str
    step: str
    claims: int
    since: float


def holders(connection: Connection) -> set[str]:
    """Everybody with work in hand under a lease that still runs."""
    query = select(leases.c.holder).join(work, work.c.lease_id == leases.c.id).where(_runs())
    return set(connection.execute(query).scalars())


def in_hand(connection: Connection, holder: str) -> list[Owed]:
    """What one holder has in hand."""
    query = (
        select(work).join(leases, work.c.lease_id == leases.c.id).where(_runs(), leases.c.holder == holder)
    )
    return [_owed(row) for row in connection.execute(query)]


def owed(connection: Connection, lead_ids: Collection[str]) -> dict[tuple[str, str], Owed]:
    """All work of these leads by lead and step."""
    found = connection.execute(select(work).where(work.c.lead_id.in_(lead_ids)))
    return {(row.lead_id, row.step): _owed(row) for row in found}


def _runs() -> ColumnElement[bool]:
    return leases.c.expires_at > DatabaseTime()


def _owed(row: Row[Any]) -> Owed:
    return Owed(row.lead_id, row.step, row.claims, row.since)
