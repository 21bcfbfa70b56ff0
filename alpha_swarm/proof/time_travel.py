"""Time that passes at once: every moment that the ledger compares with now is moved back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from alpha_swarm.ledger.engine import DatabaseTime
from alpha_swarm.ledger.tables import (
    call_leads,
    dead_letters,
    facts,
    idempotency_keys,
    inbox,
    leases,
    pauses,
    work,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

_MOMENTS = (
    work.c.due_at,
    work.c.since,
    work.c.hinted_at,
    leases.c.expires_at,
    call_leads.c.doubtful_since,
    pauses.c.until,
    dead_letters.c.replay_at,
    facts.c.held_until,
    inbox.c.received_at,
    idempotency_keys.c.created_at,
)


def let_time_pass(engine: Engine, seconds: float) -> None:
    """As if so much time had gone by since everything that stands in the ledger."""
    with engine.begin() as connection:
        for column in _MOMENTS:
            connection.execute(update(column.table).values({column.name: column - seconds}))


def until_next(engine: Engine) -> float:
    """Seconds until work is due, a pause ends or a lease runs out, whichever is first; 1 if nothing is."""
    with engine.connect() as connection:
        now = float(connection.execute(select(DatabaseTime())).scalar_one())
        moments = [
            connection.execute(select(func.min(column)).where(column > now)).scalar()
            for column in (work.c.due_at, pauses.c.until, leases.c.expires_at)
        ]
    return min((float(moment) - now for moment in moments if moment is not None), default=1.0)
