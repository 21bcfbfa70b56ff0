"""What is owed, and the leases under which it is done."""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, delete, select, true, update

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.calls.pauses import SqlPauses
from alpha_swarm.ledger.schema.tables import facts, leases, persons, work
from alpha_swarm.ledger.work.ranks import Ranks
from alpha_swarm.ledger.work.suspicions import Suspicions
from alpha_swarm.ledger.work.waiting import Waiting
from alpha_swarm.ports.records import Batch, Item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import ColumnElement

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Owed


#: Of those that a claim leaves so many are named, for a hint.
_LEFT = 25


class SqlWork:
    """Implements ``ports.parts.Work`` for one process."""

    def __init__(self, session: Session, holder: str, ranked: Collection[Step] = ()) -> None:
        """``ranked``: steps that are paid for under a cap, so that it matters who goes first."""
        self._session = session
        self._holder = holder
        self._ranks = Ranks(session, ranked)

    def owe(self, items: Iterable[Owed]) -> None:
        """Add; of two due times the earlier one holds.

        What is owed again while a worker is at it is taken from that worker: it is at something older.
        """
        owed = list(items)
        if not owed:
            return
        ranks = self._ranks.of([(item.lead_id, item.step) for item in owed])
        rows = [{**self._row(item), "rank": ranks.get((item.lead_id, item.step))} for item in owed]
        statement = self._session.insert(work)
        earlier = case(
            (work.c.due_at <= statement.excluded.due_at, work.c.due_at), else_=statement.excluded.due_at
        )
        again = {"due_at": earlier, "lease_id": None, "company": None}
        self._session.run(
            statement.on_conflict_do_update(index_elements=["lead_id", "step"], set_=again),
            rows,
        )

    def claim(self, step: Step, lead_ids: Collection[str], seconds: float) -> Batch | None:
        """Rows that another transaction is claiming right now are passed over."""
        return self._claim(step, len(lead_ids), seconds, among(work.c.lead_id, lead_ids))

    def claim_due(
        self, step: Step, most: int, seconds: float, *, best: bool = False, room: bool = False
    ) -> Batch | None:
        """One row more than wanted is looked at, to see whether any is left."""
        return self._claim(step, most, seconds, best=best, room=room)

    def more_wait(self, step: Step, number: float) -> bool:
        """Those who have a rank, whether they are due or not."""
        return math.isfinite(number) and Waiting(self._session, step).more_than(int(number))

    def rank(self, most: int) -> int:
        """Rank those who came before there was a cap."""
        return self._ranks.fill(most)

    def held(self, batch: Batch) -> set[str]:
        """Ours as long as nobody else has taken them."""
        query = select(work.c.lead_id).where(
            work.c.step == batch.step.value,
            among(work.c.lead_id, batch.items),
            work.c.lease_id == batch.lease,
        )
        return {row.lead_id for row in self._session.rows(query.with_for_update())}

    def renew(self, batch: Batch, seconds: float) -> bool:
        """One row, however many leads the batch has; what has run out stays so."""
        now = self._session.now
        ours = and_(leases.c.id == batch.lease, leases.c.expires_at >= now)
        return self._session.run(update(leases).where(ours).values(expires_at=now + seconds)).rowcount > 0

    def finish(self, step: Step, lead_ids: Collection[str]) -> None:
        """What is done is no longer owed."""
        if lead_ids:
            self._session.run(delete(work).where(_rows(step, lead_ids)))

    def postpone(
        self,
        batch: Batch,
        waits: Mapping[str, float],
        burnt: Collection[str] = (),
        *,
        for_room: bool = False,
    ) -> None:
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
        given_back = {"lease_id": None, "company": None, "awaits_room": for_room or None}
        if rows:
            self._session.run(update(work).where(ours).values(**given_back, **later), rows)

    def drop(self, batch: Batch, lead_ids: Collection[str]) -> None:
        """What it was taken up with stays on the rows, for the next claim to draw its conclusion."""
        if not lead_ids:
            return
        ours = and_(
            work.c.step == batch.step.value, among(work.c.lead_id, lead_ids), work.c.lease_id == batch.lease
        )
        self._session.run(update(work).where(ours).values(lease_id=None))

    def hasten(self, step: Step, lead_ids: Collection[str]) -> None:
        """Due now."""
        waiting = and_(_rows(step, lead_ids), work.c.due_at > self._session.now)
        self._session.run(update(work).where(waiting).values(due_at=self._session.now))

    def hasten_all(self, steps: Collection[Step]) -> None:
        """Whatever waits for these steps is due now."""
        waiting = and_(work.c.step.in_([step.value for step in steps]), work.c.due_at > self._session.now)
        self._session.run(update(work).where(waiting).values(due_at=self._session.now))

    def release(self, batch: Batch) -> None:
        """A lease that is gone binds nothing."""
        self._session.run(delete(leases).where(leases.c.id == batch.lease))

    def due(self, steps: Collection[Step], limit: int, *, room: bool = False) -> Mapping[Step, list[str]]:
        """Step by step; what a worker that died had in hand is due again as its lease ends."""
        paused = SqlPauses(self._session).current()
        found: dict[Step, list[str]] = {}
        for step in steps:
            left = limit - sum(map(len, found.values()))
            if step.party not in paused and left > 0:
                found[step] = Waiting(self._session, step, room=room).ids(left)
        return {step: lead_ids for step, lead_ids in found.items() if lead_ids}

    def of(self, lead_id: str) -> Mapping[Step, float]:
        """Seconds until each open step is due."""
        query = select(work.c.step, work.c.due_at).where(work.c.lead_id == lead_id)
        return {Step(row.step): row.due_at - self._session.now for row in self._session.rows(query)}

    def abandon(self, lead_ids: Collection[str]) -> None:
        """Nothing more is done for these but to write back."""
        owed = and_(among(work.c.lead_id, lead_ids), work.c.step != Step.WRITE_BACK.value)
        # What a person put right goes to the CRMs whatever becomes of the lead.
        put_right = select(persons.c.lead_id).where(
            persons.c.lead_id == work.c.lead_id, persons.c.pins.is_not(None)
        )
        syncs = work.c.step.in_([step.value for step in Step if step.target])
        if lead_ids:
            self._session.run(delete(work).where(owed, ~and_(syncs, put_right.exists())))

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
            "turn": item.turn,
            "due_at": now + item.delay,
            "since": now,
            "attempts": 0,
            "claims": 0,
            "crashes": 0,
        }

    def _claim(
        self,
        step: Step,
        most: int,
        seconds: float,
        wanted: ColumnElement[bool] | None = None,
        *,
        best: bool = False,
        room: bool = False,
    ) -> Batch | None:
        if step.party in SqlPauses(self._session).current():
            return None
        everybody = wanted is None
        waiting = Waiting(self._session, step, room=room)
        found = waiting.take(true() if wanted is None else wanted, most + 1, best=best)
        if not found:
            return None
        # Neither those nor the others shall wait for ever: half of the batches are for suspects, if any.
        rows = Suspicions(self._session, step).company(
            found[:most], suspects_first=everybody and secrets.randbelow(2) == 0
        )
        lease = self._lease(step, seconds, len(rows))
        taken = {row.lead_id: self._item(row) for row in rows}
        values = {"lease_id": lease, "claims": work.c.claims + 1, "company": len(rows)}
        values["awaits_room"] = None
        self._session.run(update(work).where(_rows(step, taken)).values(values))
        left = [row.lead_id for row in found if row.lead_id not in taken]
        return Batch(lease=lease, step=step, items=taken, left=tuple(left[:_LEFT]))

    def _lease(self, step: Step, seconds: float, number: int) -> int:
        now = self._session.now
        times = {"taken_at": now, "expires_at": now + seconds}
        row = {"holder": self._holder, "step": step.value, "leads": number, **times}
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
            rank=row.rank,
        )


def _rows(step: Step, lead_ids: Collection[str]) -> ColumnElement[bool]:
    return and_(work.c.step == step.value, among(work.c.lead_id, lead_ids))
