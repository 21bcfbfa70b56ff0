"""Intents before effects, what became of them, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, insert, literal, select, update
from ulid import ULID

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.budget import Budget, Caps
from alpha_swarm.ledger.tables import call_leads, calls, leads, work
from alpha_swarm.ports.records import Doubtful, Sends

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Select

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session

PLANNED, UNKNOWN, DONE, FAILED = "planned", "unknown", "done", "failed"
#: Unknown because the worker died between intent and outcome.
CRASHED = "crashed"
#: Nobody answered in time; it may be sent again, and its answer may still come.
SILENT = "silent"
_OPEN = (PLANNED, UNKNOWN, CRASHED)


class SqlCalls:
    """Implements ``ports.parts.Calls``."""

    def __init__(self, session: Session, caps: Caps) -> None:
        self._session = session
        self._budget = Budget(session, caps)

    def plan(
        self,
        *,
        operation: str,
        target: str,
        key: str,
        lease: int,
        generations: Mapping[str, int],
        credits_each: float,
    ) -> str:
        """The intent and the reservation of its credits stand in one commit."""
        call_id = str(ULID())
        now = self._session.now
        call = {"id": call_id, "operation": operation, "target": target, "key": key, "lease_id": lease}
        self._session.add(calls, [{**call, "planned_at": now}])
        shared = {"call_id": call_id, "operation": operation, "state": PLANNED, "day": self._budget.today}
        rows = [
            {**shared, "lead_id": lead_id, "generation": generation, "credits_reserved": credits_each}
            for lead_id, generation in generations.items()
        ]
        self._session.add(call_leads, rows)
        self._budget.change({self._budget.today: (credits_each * len(rows), 0.0)})
        return call_id

    def doubts(self, operation: str, lead_ids: Collection[str]) -> Mapping[str, Doubtful]:
        """Whoever claims a lead is alone at it, so an intent that is merely planned was left behind."""
        mine = self._open(operation, lead_ids)
        now = self._session.now
        left_behind = and_(mine, call_leads.c.state == PLANNED)
        self._session.run(update(call_leads).where(left_behind).values(state=CRASHED, doubtful_since=now))
        doubtful = {row.lead_id: row for row in self._session.rows(select(call_leads).where(mine))}
        numbers = self._numbers(operation, doubtful)
        return {
            key: Doubtful(age=now - row.doubtful_since, crashed=row.state == CRASHED, calls=numbers[key])
            for key, row in doubtful.items()
        }

    def settle(self, operation: str, states: Mapping[str, str]) -> None:
        """An outcome that is known stays as it is."""
        self._refund(operation, [lead_id for lead_id, state in states.items() if state == FAILED])
        now = self._session.now
        for state in sorted(set(states.values())):
            lead_ids = [lead_id for lead_id, became in states.items() if became == state]
            # The moment of a doubt stays: whoever was sent again after one may have been charged twice.
            moment = {"doubtful_since": now} if state == UNKNOWN else {"settled_at": now}
            statement = update(call_leads).where(self._open(operation, lead_ids))
            self._session.run(statement.values(state=state, **moment))

    def doubt_owed(self, steps: Collection[Step], *, operation: str, target: str, credits_each: float) -> int:
        """One call for all of them; whoever has an open call of that kind is in doubt as it is."""
        call_id, now = str(ULID()), self._session.now
        call = {"id": call_id, "operation": operation, "target": target, "key": "restored", "lease_id": 0}
        self._session.add(calls, [{**call, "planned_at": now}])
        doubtful = self._without_call(steps, operation).add_columns(
            literal(call_id), literal(operation), literal(UNKNOWN), literal(now), literal(self._budget.today)
        )
        columns = ["lead_id", "generation", "call_id", "operation", "state", "doubtful_since", "day"]
        names = [*columns, "credits_reserved"]
        number = int(self._session.run(select(func.count()).select_from(doubtful.subquery())).scalar_one())
        self._session.run(insert(call_leads).from_select(names, doubtful.add_columns(literal(credits_each))))
        self._budget.change({self._budget.today: (credits_each * number, 0.0)})
        return number

    @staticmethod
    def _without_call(steps: Collection[Step], operation: str) -> Select[Any]:
        same = (call_leads.c.lead_id == work.c.lead_id, call_leads.c.operation == operation)
        in_doubt = select(call_leads.c.lead_id).where(*same, call_leads.c.state.in_(_OPEN)).exists()
        owed = work.c.step.in_([step.value for step in steps])
        query = select(leads.c.id, leads.c.generation).join(work, work.c.lead_id == leads.c.id)
        return query.where(owed, ~in_doubt).distinct()

    def sends(self, operation: str, lead_ids: Collection[str]) -> Mapping[str, Sends]:
        """What was refused does not count."""
        query = select(
            call_leads.c.lead_id, func.count().label("number"), func.min(calls.c.planned_at).label("first")
        )
        query = query.join(calls, calls.c.id == call_leads.c.call_id).join(
            leads, and_(leads.c.id == call_leads.c.lead_id, leads.c.generation == call_leads.c.generation)
        )
        made = (call_leads.c.operation == operation, call_leads.c.state != FAILED)
        query = query.where(*made, among(call_leads.c.lead_id, lead_ids)).group_by(call_leads.c.lead_id)
        now = self._session.now
        return {
            row.lead_id: Sends(number=row.number, seconds=now - row.first)
            for row in self._session.rows(query)
        }

    def unsure(self, operation: str, lead_ids: Collection[str]) -> set[str]:
        """Whether they were ever sent nobody knows."""
        query = select(call_leads.c.lead_id).where(self._open(operation, lead_ids))
        return {row.lead_id for row in self._session.rows(query)}

    def fall_silent(self, operation: str, lead_ids: Collection[str]) -> None:
        """Their credits stay reserved until an answer comes."""
        unsure = self._open(operation, lead_ids)
        self._session.run(update(call_leads).where(unsure).values(state=SILENT, settled_at=self._session.now))

    def charge(self, spent: Mapping[str, float]) -> None:
        """What a result says it cost takes the place of what was reserved for it.

        A call that was given up for failed pays only for a lead that has no other: it took effect after all.
        """
        query = select(call_leads).where(
            among(call_leads.c.lead_id, spent),
            call_leads.c.credits_reserved > 0,
            call_leads.c.credits_spent.is_(None),
        )
        rows = self._session.rows(query.order_by(call_leads.c.state == FAILED, call_leads.c.call_id))
        cost = dict(spent)
        self._write_costs(
            [(row, cost.pop(row.lead_id, 0.0)) for row in rows if row.state != FAILED or row.lead_id in cost]
        )

    def affordable(self, credits_each: float, most: int) -> int:
        """As the caps allow."""
        return self._budget.affordable(credits_each, most)

    def until_reset(self, credits_each: float) -> float:
        """Seconds until the caps allow one more."""
        return self._budget.until_reset(credits_each)

    def _numbers(self, operation: str, lead_ids: Collection[str]) -> dict[str, int]:
        if not lead_ids:
            return {}
        query = select(call_leads.c.lead_id, func.count().label("number")).where(
            call_leads.c.operation == operation, among(call_leads.c.lead_id, lead_ids)
        )
        rows = self._session.rows(query.group_by(call_leads.c.lead_id))
        return {row.lead_id: row.number for row in rows}

    def _open(self, operation: str, lead_ids: Collection[str]) -> ColumnElement[bool]:
        return and_(
            call_leads.c.operation == operation,
            among(call_leads.c.lead_id, lead_ids),
            call_leads.c.state.in_(_OPEN),
        )

    def _refund(self, operation: str, lead_ids: Collection[str]) -> None:
        query = select(call_leads.c.day, func.sum(call_leads.c.credits_reserved).label("credits"))
        query = query.where(self._open(operation, lead_ids), call_leads.c.credits_reserved > 0)
        rows = self._session.rows(query.group_by(call_leads.c.day)) if lead_ids else ()
        self._budget.change({row.day: (-row.credits, 0.0) for row in rows})

    def _write_costs(self, costs: list[tuple[Any, float]]) -> None:
        days: dict[str, tuple[float, float]] = {}
        for row, cost in costs:
            reserved, spent = days.get(row.day, (0.0, 0.0))
            refunded = row.state == FAILED
            days[row.day] = (reserved - (0.0 if refunded else row.credits_reserved), spent + cost)
        one = and_(call_leads.c.call_id == bindparam("call"), call_leads.c.lead_id == bindparam("lead"))
        rows = [{"call": row.call_id, "lead": row.lead_id, "cost": cost} for row, cost in costs]
        if rows:
            values = {"state": DONE, "settled_at": self._session.now, "credits_spent": bindparam("cost")}
            self._session.run(update(call_leads).where(one).values(values), rows)
        self._budget.change(days)
