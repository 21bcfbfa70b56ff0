"""Nobody is in two hands at a time: two upserts of one e-mail at once may make two records at a CRM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.tables import identities, leases, work

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Row

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

    def without(self, free: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
        """Those of the free rows whose e-mail nobody has in hand.

        By e-mail and not by lead, as thousands may share one.
        """
        mine = among(identities.c.lead_id, [row.lead_id for row in free])
        query = select(identities.c.hash, identities.c.lead_id).where(mine, identities.c.kind == "email")
        emails = self._session.rows(query)
        in_hand = self._in_hand({row.hash for row in emails})
        busy = {row.lead_id for row in emails if row.hash in in_hand}
        return [row for row in free if row.lead_id not in busy]

    def _in_hand(self, emails: Collection[str]) -> set[str]:
        # In this way the databases look up the few with the e-mail, and not all who wait for the step.
        same_step = work.c.step.concat("") == self._step.value
        query = (
            select(identities.c.hash)
            .join(work, (work.c.lead_id == identities.c.lead_id) & same_step)
            .join(leases, leases.c.id == work.c.lease_id)
            .where(among(identities.c.hash, emails), leases.c.expires_at >= self._session.now)
        )
        return {row.hash for row in self._session.rows(query)}
