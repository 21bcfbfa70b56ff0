"""Intents before effects, what became of them, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, select, update
from ulid import ULID

from alpha_swarm.ledger.budget import Budget, Caps
from alpha_swarm.ledger.tables import call_leads, calls
from alpha_swarm.ports.records import Doubtful

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement

    from alpha_swarm.ledger.session import Session

PLANNED, UNKNOWN, DONE, FAILED = "planned", "unknown", "done", "failed"
#: Unknown because the worker died between intent and outcome.
CRASHED = "crashed"
_OPEN = (PLANNED, UNKNOWN, CRASHED)


class SqlCalls:
    """Implements ``ports.ledger.Calls``."""

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
        return {
            row.lead_id: Doubtful(age=now - row.doubtful_since, crashed=row.state == CRASHED)
            for row in self._session.rows(select(call_leads).where(mine))
        }

    def settle(self, operation: str, states: Mapping[str, str]) -> None:
        """An outcome that is known stays as it is."""
        self._refund(operation, [lead_id for lead_id, state in states.items() if state == FAILED])
        now = self._session.now
        for state in sorted(set(states.values())):
            lead_ids = [lead_id for lead_id, became in states.items() if became == state]
            times = (now, None) if state == UNKNOWN else (None, now)
            statement = update(call_leads).where(self._open(operation, lead_ids))
            self._session.run(statement.values(state=state, doubtful_since=times[0], settled_at=times[1]))

    def charge(self, spent: Mapping[str, float]) -> None:
        """What a result says it cost takes the place of what was reserved for it."""
        query = select(call_leads).where(
            call_leads.c.lead_id.in_(spent),
            call_leads.c.credits_reserved > 0,
            call_leads.c.credits_spent.is_(None),
            call_leads.c.state != FAILED,
        )
        rows = self._session.rows(query.order_by(call_leads.c.call_id))
        cost = dict(spent)
        self._write_costs([(row, cost.pop(row.lead_id, 0.0)) for row in rows])

    def affordable(self, credits_each: float, most: int) -> int:
        """As the caps allow."""
        return self._budget.affordable(credits_each, most)

    def until_reset(self, credits_each: float) -> float:
        """Seconds until the caps allow one more."""
        return self._budget.until_reset(credits_each)

    def _open(self, operation: str, lead_ids: Collection[str]) -> ColumnElement[bool]:
        return and_(
            call_leads.c.operation == operation,
            call_leads.c.lead_id.in_(lead_ids),
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
            days[row.day] = (reserved - row.credits_reserved, spent + cost)
        one = and_(call_leads.c.call_id == bindparam("call"), call_leads.c.lead_id == bindparam("lead"))
        rows = [{"call": row.call_id, "lead": row.lead_id, "cost": cost} for row, cost in costs]
        if rows:
            values = {"state": DONE, "settled_at": self._session.now, "credits_spent": bindparam("cost")}
            self._session.run(update(call_leads).where(one).values(doubtful_since=None, **values), rows)
        self._budget.change(days)
