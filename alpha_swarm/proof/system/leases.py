"""Who holds what, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from alpha_swarm.ledger.engine import DatabaseTime
from alpha_swarm.ledger.tables import leases, work

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Owed:
    """A work row at one moment: it was taken over once it is gone, owed anew or claimed once more."""

    lead_id: str
    step: str
    claims: int
    since: float


def holders(connection: Connection) -> set[str]:
    """Everybody with work in hand under a lease that still runs."""
    return set(connection.execute(select(leases.c.holder).join(*_held()).where(_runs())).scalars())


def in_hand(connection: Connection, holder: str) -> list[Owed]:
    """What one holder has in hand."""
    query = select(work).join_from(leases, *_held()).where(_runs(), leases.c.holder == holder)
    return [_owed(row) for row in connection.execute(query)]


def owed(connection: Connection, lead_ids: Collection[str]) -> dict[tuple[str, str], Owed]:
    """All work of these leads by lead and step."""
    found = connection.execute(select(work).where(work.c.lead_id.in_(lead_ids)))
    return {(row.lead_id, row.step): _owed(row) for row in found}


def _held() -> tuple[object, object]:
    return work, work.c.lease_id == leases.c.id


def _runs() -> object:
    return and_(leases.c.expires_at > DatabaseTime())


def _owed(row: object) -> Owed:
    return Owed(row.lead_id, row.step, row.claims, row.since)
