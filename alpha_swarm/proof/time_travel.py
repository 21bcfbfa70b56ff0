"""Time that passes at once: every moment that the ledger compares with now is moved back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alpha_swarm.ledger.engine import DatabaseTime
from alpha_swarm.ledger.schema.moments import move_back
from alpha_swarm.ledger.schema.tables import leases, pauses, work

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


def let_time_pass(engine: Engine, seconds: float) -> None:
    """As if so much time had gone by since everything that stands in the ledger."""
    with engine.begin() as connection:
        move_back(connection, seconds)


def until_next(engine: Engine) -> float:
    """Seconds until work is due, a pause ends or a lease runs out, whichever is first; 1 if nothing is."""
    with engine.connect() as connection:
        now = float(connection.execute(select(DatabaseTime())).scalar_one())
        moments = [
            connection.execute(select(func.min(column)).where(column > now)).scalar()
            for column in (work.c.due_at, pauses.c.until, leases.c.expires_at)
        ]
    return min((float(moment) - now for moment in moments if moment is not None), default=1.0)
