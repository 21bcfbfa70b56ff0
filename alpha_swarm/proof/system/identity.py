"""The books at one moment: accepted leads = the sum of the states, and each on its way is owed something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alpha_swarm.domain.states import RESTING, State
from alpha_swarm.ledger.engine import DatabaseTime
from alpha_swarm.ledger.schema.tables import intakes, leads, leases, work
from alpha_swarm.pipeline.effects.leases import LEASE_SECONDS
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

_MOVING = [state.value for state in State if state not in RESTING]
#: SQLite's clock counts milliseconds.
_ROUNDING = 0.01


def broken(connection: Connection) -> Iterator[Violation]:
    """What is wrong with this moment; the connection has to read one snapshot."""
    accepted = connection.execute(select(func.coalesce(func.sum(intakes.c.accepted), 0))).scalar_one()
    kept = connection.execute(select(func.count()).select_from(leads)).scalar_one()
    if accepted != kept:
        yield Violation("unbalanced", "books", f"{accepted} accepted, {kept} in all states")
    due = select(work.c.lead_id).where(work.c.lead_id == leads.c.id).exists()
    idle = select(leads.c.id, leads.c.state).where(leads.c.state.in_(_MOVING), ~due)
    for row in connection.execute(idle):
        yield Violation("stranded", row.id, f"{row.state}, and nothing is owed")
    longest = DatabaseTime() + LEASE_SECONDS + _ROUNDING
    for row in connection.execute(select(leases.c.id).where(leases.c.expires_at > longest)):
        yield Violation("lease", str(row.id), f"runs for more than {LEASE_SECONDS:.0f} s")
