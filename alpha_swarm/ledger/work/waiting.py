"""Who waits for a step, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.tables import leases, work
from alpha_swarm.ledger.work.same_person import SamePerson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row, Select

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session


class Waiting:
    """One step's queue within one transaction.

    ``room``: whether the caps have room, so that whoever waits for nothing else is ready.
    """

    def __init__(self, session: Session, step: Step, *, room: bool = False) -> None:
        self._session = session
        self._step = step
        self._room = room

    def more_than(self, number: int) -> bool:
        """Whether more ranked leads than that are in nobody's hands, due or not."""
        free = and_(work.c.step == self._step.value, work.c.rank.is_not(None), work.c.lease_id.is_(None))
        return bool(self._session.rows(select(work.c.rank).where(free).offset(number).limit(1)))

    def ids(self, most: int) -> list[str]:
        """Those whose turn it is."""
        query = self._free(select(work.c.lead_id)).where(work.c.step == self._step.value)
        return [row.lead_id for row in self._session.rows(query.order_by(work.c.turn).limit(most))]

    def take(self, wanted: ColumnElement[bool], most: int, *, best: bool = False) -> Sequence[Row[Any]]:
        """Rows that nobody else gets during this transaction, by turn or the best in front."""
        order = [work.c.rank, work.c.turn] if best else [work.c.turn]
        if best:
            wanted = and_(wanted, work.c.rank.is_not(None))
        if self._step.target is None:
            return self._lock_free(wanted, order, most)
        same = SamePerson(self._session, self._step)
        same.one_claim_at_a_time()
        return same.without(self._lock_free(wanted, order, most))

    def _lock_free(
        self, wanted: ColumnElement[bool], order: Sequence[ColumnElement[Any]], most: int
    ) -> Sequence[Row[Any]]:
        """Whether a row is free is asked once more under its lock.

        PostgreSQL locks the newest version of a row, but judges a joined lease by what stood when the query
        began, and so would lease a row twice. SQLite has one writer at a time.
        """
        mine = work.c.step == self._step.value
        query = self._free(select(work)).where(mine, wanted).order_by(*order).limit(most)
        rows = self._session.rows(query.with_for_update(of=work, skip_locked=True))
        if not self._session.row_locks or not rows:
            return rows
        again = self._free(select(work)).where(mine, among(work.c.lead_id, [row.lead_id for row in rows]))
        return self._session.rows(again.order_by(*order))

    def _free(self, query: Select[Any]) -> Select[Any]:
        now = self._session.now
        unbound = or_(work.c.lease_id.is_(None), leases.c.id.is_(None), leases.c.expires_at < now)
        # The sum keeps the databases from sorting all that is due, where a few along the turns are asked for.
        due = work.c.due_at + 0.0 <= now
        ready = or_(due, work.c.awaits_room) if self._room else due
        return query.outerjoin(leases, leases.c.id == work.c.lease_id).where(ready, unbound)
