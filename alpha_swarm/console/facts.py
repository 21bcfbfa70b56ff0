"""Which leads there are, as far as that is not personal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.tables import leads

if TYPE_CHECKING:
    from alpha_swarm.app import App
    from alpha_swarm.domain.states import State


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
