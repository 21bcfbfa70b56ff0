"""How the steps stand and which leads there are, as far as the ledger tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.tables import leads, work

if TYPE_CHECKING:
    from alpha_swarm.app import App
    from alpha_swarm.domain.states import State


_ORDER = [step.value for step in Step]


def flow(app: App) -> list[dict[str, Any]]:
    """One for each step that something is owed to: ``step``, ``waiting``, ``due``, ``oldest_seconds``."""
    with app.ledger.read() as tx:
        now = tx.session.now
        due = func.sum(case((work.c.due_at <= now, 1), else_=0)).label("due")
        first = func.min(work.c.due_at).label("first")
        query = select(work.c.step, func.count().label("waiting"), due, first).group_by(work.c.step)
        found = [row._mapping for row in tx.session.rows(query)]  # noqa: SLF001 - SQLAlchemy's public name
        shown = [{**row, "oldest_seconds": max(0.0, now - row["first"])} for row in found]
        return sorted(shown, key=lambda row: _ORDER.index(row["step"]))


def newest(app: App, state: State | None, most: int) -> list[dict[str, Any]]:
    """Some leads without anything personal: the newest, or any that are in this state."""
    query = select(leads.c.id, leads.c.state, leads.c.tier, leads.c.score, leads.c.created_at).limit(most)
    # Of those in a state the index gives some at once, and the newest only after all of them.
    query = query.where(leads.c.state == state.value) if state else query.order_by(leads.c.id.desc())
    with app.ledger.read() as tx:
        return [
            {**row._mapping, "created_at": when(row.created_at).isoformat()}  # noqa: SLF001 - SQLAlchemy's public name
            for row in tx.session.rows(query)
        ]
