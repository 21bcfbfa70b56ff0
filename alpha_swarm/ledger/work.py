"""What is owed, and the leases under which it is done."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, delete, or_, select, update

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.pauses import SqlPauses
from alpha_swarm.ledger.suspicions import Suspicions
from alpha_swarm.ledger.tables import facts, leases, work
from alpha_swarm.ports.records import Batch, Item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Row, Select

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Owed


class SqlWork:
    """Implements ``ports.parts.Work`` for one process."""

    def __init__(self, session: Session, holder: str) -> None:
        self._session = session
        self._holder = holder

    def owe(self, items: Iterable[Owed]) -> None:
        """Add; of two due times the earlier one holds.

        What is owed again while a worker is at it is taken from that worker: it is at something older.
        """
        rows = [self._row(item) for item in items]
        if not rows:
            return
        statement = self._session.insert(work)
        earlier = case(
            (work.c.due_at <= statement.excluded.due_at, work.c.due_at), else_=statement.excluded.due_at
        )
        again = {"due_at": earlier, "lease_id": None, "company": None, "hinted_at": None}
        self._session.run(
            statement.on_conflict_do_update(index_elements=["lead_id", "step"], set_=again),
            rows,
        )

    def claim(self, step: Step, lead_ids: Collection[str], seconds: float) -> Batch | None:
        """Rows that another transaction is claiming right now are passed over."""
        if step.party in SqlPauses(self._session).current():
            return None
        wanted = _rows(step, lead_ids)
        free = self._lock_free(step, select(work.c.lead_id).where(wanted, work.c.due_at <= self._session.now))
        if not free:
            return None
        suspicions = Suspicions(self._session, step)
        rows = suspicions.together(suspicions.note(free))
        lease = self._lease(step, seconds)
        taken = dict.fromkeys(row.lead_id for row in rows)
        values = {"lease_id": lease, "claims": work.c.claims + 1, "company": len(rows)}
        self._session.run(update(work).where(_rows(step, taken)).values(values))
        # Whoever claims them may die over the others, and their hint with it.
        if left := [row.lead_id for row in free if row.lead_id not in taken]:
            self._session.run(update(work).where(_rows(step, left)).values(hinted_at=None))
        return Batch(lease=lease, step=step, items={row.lead_id: self._item(row) for row in rows})

    def held(self, batch: Batch) -> set[str]:
        """Ours as long as nobody else has taken them."""
        query = select(work.c.lead_id).where(
            work.c.step == batch.step.value, work.c.lead_id.in_(batch.items), work.c.lease_id == batch.lease
        )
        return {row.lead_id for row in self._session.rows(query.with_for_update())}

    def renew(self, batch: Batch, seconds: float) -> bool:
        """One row, however many leads the batch has; what has run out stays so."""
        now = self._session.now
        ours = and_(leases.c.id == batch.lease, leases.c.expires_at >= now)
        return self._session.run(update(leases).where(ours).values(expires_at=now + seconds)).rowcount > 0

    def finish(self, step: Step, lead_ids: Collection[str]) -> None:
        """What is done is no longer owed."""
        self._session.run(delete(work).where(_rows(step, lead_ids)))

    def postpone(self, batch: Batch, waits: Mapping[str, float], burnt: Collection[str] = ()) -> None:
        """Give back for later."""
        rows = [
            {"lead": lead_id, "due": self._session.now + seconds, "burns": int(lead_id in burnt)}
            for lead_id, seconds in waits.items()
        ]
        ours = and_(
            work.c.lead_id == bindparam("lead"),
            work.c.step == batch.step.value,
            work.c.lease_id == batch.lease,
        )
        later = {"due_at": bindparam("due"), "attempts": work.c.attempts + bindparam("burns")}
        given_back = {"hinted_at": None, "lease_id": None, "company": None}
        if rows:
            self._session.run(update(work).where(ours).values(**given_back, **later), rows)

    def drop(self, batch: Batch, lead_ids: Collection[str]) -> None:
        """What it was taken up with stays on the rows, for the next claim to draw its conclusion."""
        ours = and_(
            work.c.step == batch.step.value, work.c.lead_id.in_(lead_ids), work.c.lease_id == batch.lease
        )
        self._session.run(update(work).where(ours).values(hinted_at=None, lease_id=None))

    def hasten(self, step: Step, lead_ids: Collection[str]) -> None:
        """Due now."""
        waiting = and_(_rows(step, lead_ids), work.c.due_at > self._session.now)
        self._session.run(update(work).where(waiting).values(due_at=self._session.now, hinted_at=None))

    def hasten_all(self, steps: Collection[Step]) -> None:
        """Whatever waits for these steps is due now."""
        waiting = and_(work.c.step.in_([step.value for step in steps]), work.c.due_at > self._session.now)
        self._session.run(update(work).where(waiting).values(due_at=self._session.now, hinted_at=None))

    def release(self, batch: Batch) -> None:
        """A lease that is gone binds nothing."""
        self._session.run(delete(leases).where(leases.c.id == batch.lease))

    def due(self, steps: Collection[Step], limit: int, *, stale_after: float) -> Mapping[Step, list[str]]:
        """Step by step, the most urgent first; a worker that died leaves its rows due for a new hint."""
        paused = SqlPauses(self._session).current()
        found: defaultdict[Step, list[str]] = defaultdict(list)
        for step in steps:
            room = limit - sum(map(len, found.values()))
            if step.party not in paused and room > 0:
                found[step] += self._unhinted(step, room, stale_after)
        return {step: lead_ids for step, lead_ids in found.items() if lead_ids}

    def of(self, lead_id: str) -> Mapping[Step, float]:
        """Seconds until each open step is due."""
        query = select(work.c.step, work.c.due_at).where(work.c.lead_id == lead_id)
        return {Step(row.step): row.due_at - self._session.now for row in self._session.rows(query)}

    def abandon(self, lead_ids: Collection[str]) -> None:
        """Nothing more is done for these but to write back."""
        owed = and_(work.c.lead_id.in_(lead_ids), work.c.step != Step.WRITE_BACK.value)
        self._session.run(delete(work).where(owed))

    def free(self, holder: str) -> int:
        """The dead hold nothing, nor do they find anything out."""
        held = facts.c.held_until.is_not(None) & (facts.c.holder == holder)
        self._session.run(update(facts).where(held).values(held_until=None))
        return self._session.run(delete(leases).where(leases.c.holder == holder)).rowcount

    def _row(self, item: Owed) -> dict[str, Any]:
        now = self._session.now
        return {
            "lead_id": item.lead_id,
            "step": item.step.value,
            "priority": item.priority.rank,
            "due_at": now + item.delay,
            "since": now,
            "hinted_at": now if item.hinted else None,
            "attempts": 0,
            "claims": 0,
            "crashes": 0,
        }

    def _lock_free(self, step: Step, query: Select[Any]) -> Sequence[Row[Any]]:
        """Lock the work that the query names by ``lead_id``; in its order the rows that are due and free.

        Whether a row is free is asked once more under the lock: PostgreSQL locks the newest version of a row,
        but judges a joined lease by what stood when the query began, and so would lease a row twice.
        """
        locked = self._session.rows(query.with_for_update(of=work, skip_locked=True))
        order = {row.lead_id: place for place, row in enumerate(locked)}
        again = self._free(select(work)).where(_rows(step, order))
        return sorted(self._session.rows(again), key=lambda row: order[row.lead_id])

    def _free(self, query: Select[Any]) -> Select[Any]:
        unbound = or_(
            work.c.lease_id.is_(None), leases.c.id.is_(None), leases.c.expires_at < self._session.now
        )
        return query.outerjoin(leases, leases.c.id == work.c.lease_id).where(
            work.c.due_at <= self._session.now, unbound
        )

    def _lease(self, step: Step, seconds: float) -> int:
        now = self._session.now
        row = {"holder": self._holder, "step": step.value, "taken_at": now, "expires_at": now + seconds}
        key = self._session.run(leases.insert().values(row)).inserted_primary_key
        return int(key[0]) if key else 0

    def _item(self, row: Any) -> Item:
        waited = self._session.now - row.since
        return Item(
            lead_id=row.lead_id,
            attempts=row.attempts,
            claims=row.claims + 1,
            waited=waited,
            crashes=row.crashes,
        )

    def _unhinted(self, step: Step, limit: int, stale_after: float) -> list[str]:
        query = self._free(select(work.c.lead_id)).where(
            work.c.step == step.value, self._wants_hint(stale_after)
        )
        query = query.order_by(work.c.priority, work.c.due_at).limit(limit)
        lead_ids = [row.lead_id for row in self._lock_free(step, query)]
        if lead_ids:
            chosen = _rows(step, lead_ids)
            self._session.run(update(work).where(chosen).values(hinted_at=self._session.now, lease_id=None))
        return lead_ids

    def _wants_hint(self, stale_after: float) -> ColumnElement[bool]:
        # A row with a lease that no longer holds was dropped by its worker: its hint is used up.
        stale = work.c.hinted_at < self._session.now - stale_after
        return or_(work.c.hinted_at.is_(None), stale, work.c.lease_id.is_not(None))


def _rows(step: Step, lead_ids: Collection[str]) -> ColumnElement[bool]:
    return and_(work.c.step == step.value, work.c.lead_id.in_(lead_ids))
