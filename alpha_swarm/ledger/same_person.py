"""Nobody is in two hands at a time: two upserts of one e-mail at once may make two records at a CRM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alpha_swarm.ledger.tables import identities, leases, work

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session


class SamePerson:
    """Leads that share an e-mail, within one step."""

    def __init__(self, session: Session, step: Step) -> None:
        self._session = session
        self._step = step

    def one_claim_at_a_time(self) -> None:
        """Hold up other claims until this one is committed: what it takes is not seen before.

        SQLite has one writer at a time in any case.
        """
        if self._session.row_locks:
            name = func.hashtext(f"claim {self._step.value}")
            self._session.run(select(func.pg_advisory_xact_lock(name)))

    @property
    def in_hand(self) -> ColumnElement[bool]:
        """Whether another lead with this one's e-mail is under a lease that holds."""
        mine, other, theirs = identities.alias(), identities.alias(), work.alias()
        held = leases.alias()
        query = (
            select(mine.c.lead_id)
            .join(other, (other.c.hash == mine.c.hash) & (other.c.lead_id != mine.c.lead_id))
            .join(theirs, (theirs.c.lead_id == other.c.lead_id) & (theirs.c.step == self._step.value))
            .join(held, held.c.id == theirs.c.lease_id)
            .where(mine.c.lead_id == work.c.lead_id, mine.c.kind == "email")
            .where(held.c.expires_at >= self._session.now)
        )
        return query.correlate(work).exists()
