"""Intents before effects, and what became of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, literal, select, update
from ulid import ULID

from alpha_swarm.domain.money.cost import FREE
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.money.budget import Budget
from alpha_swarm.ledger.money.charges import RERUN, Charges
from alpha_swarm.ledger.money.purses import Purse, Purses
from alpha_swarm.ledger.schema.outcomes import CRASHED, FAILED, PLANNED, SILENT, UNKNOWN
from alpha_swarm.ledger.schema.tables import call_leads, calls, leads, work
from alpha_swarm.ports.records import Doubtful, Sends

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from alpha_swarm.domain.money.budget import Allotment, Caps, Room
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.ledger.session import Session

_OPEN = (PLANNED, UNKNOWN, CRASHED)


class SqlCalls:
    """Implements ``ports.parts.Calls``."""

    def __init__(self, session: Session, caps: Caps) -> None:
        self._session = session
        self._budget = Budget(session, caps)
        self._purses = Purses(session)
        self._charges = Charges(session, self._budget)

    def plan(
        self,
        *,
        operation: str,
        target: str,
        key: str,
        lease: int,
        generations: Mapping[str, int],
        cost: Cost,
    ) -> str:
        """The intent and the reservation of its cost stand in one commit."""
        call_id = self._enter(operation, target, key, lease)
        day = self._budget.today
        purses = self._purses_for(cost, generations)
        shared: dict[str, Any] = {"call_id": call_id, "operation": operation, "state": PLANNED, "day": day}
        shared |= {"credits_reserved": cost.credits, "actions_reserved": cost.actions}
        rows = [
            {**shared, "lead_id": key, "generation": generations[key], **purse._asdict()}
            for key, purse in purses.items()
        ]
        self._session.add(call_leads, rows)
        self._reserve(day, purses.values(), cost)
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

    def doubt_owed(self, steps: Collection[Step], *, operation: str, target: str, cost: Cost) -> int:
        """One call for all of them; whoever has an open call of that kind is in doubt as it is."""
        call_id = self._enter(operation, target, "restored", 0)
        doubtful = self._without_call(steps, operation)
        found = self._put_in_doubt(doubtful, operation, call_id, UNKNOWN, cost)
        self._reserve(self._budget.today, found, cost)
        return len(found)

    def doubt(self, step: Step, operation: str, lead_ids: Collection[str]) -> None:
        """Nothing is reserved for it: what took effect is charged to the call that was given up."""
        if lead_ids:
            call_id = self._enter(operation, step.party, "replayed", 0)
            doubtful = self._without_call([step], operation).where(among(leads.c.id, lead_ids))
            self._put_in_doubt(doubtful, operation, call_id, CRASHED, FREE)

    def _put_in_doubt(
        self, query: Select[Any], operation: str, call_id: str, state: str, cost: Cost
    ) -> list[Purse]:
        """Whose money it is that would have been spent."""
        doubtful = query.subquery()
        found = self._session.rows(select(doubtful.c.batch, doubtful.c.source))
        values = {
            "call_id": call_id,
            "operation": operation,
            "state": state,
            "doubtful_since": self._session.now,
            "day": self._budget.today,
            "credits_reserved": cost.credits,
            "actions_reserved": cost.actions,
        }
        names = [*doubtful.c.keys(), *values]
        chosen = select(doubtful, *map(literal, values.values()))
        self._session.run(insert(call_leads).from_select(names, chosen))
        return [Purse(row.batch, row.source) for row in found]

    @staticmethod
    def _without_call(steps: Collection[Step], operation: str) -> Select[Any]:
        same = (call_leads.c.lead_id == work.c.lead_id, call_leads.c.operation == operation)
        in_doubt = select(call_leads.c.lead_id).where(*same, call_leads.c.state.in_(_OPEN)).exists()
        owed = work.c.step.in_([step.value for step in steps])
        found = (leads.c.id.label("lead_id"), leads.c.generation, leads.c.batch, leads.c.source)
        query = select(*found).join(work, work.c.lead_id == leads.c.id)
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

    def charge(self, spent: Mapping[str, Cost], reported: Collection[str] = ()) -> None:
        """What a result costs takes the place of what was reserved for it."""
        self._charges.charge(spent, reported)

    def charge_again(self, spent: Mapping[str, Cost]) -> None:
        """A further result of a run that nobody asked for costs again, today."""
        call_id = self._enter(RERUN, Step.ENRICH.party, RERUN, 0)
        self._charges.charge_again(call_id, spent, self._purses.of(spent))

    def reservation(self, cost: Cost) -> Cost:
        """As the caps and the dearest lead of late have it."""
        return self._budget.reservation(cost)

    def room(self, cost: Cost, *, hold: bool = False) -> Room:
        """As the caps on everything allow."""
        if hold:
            self._budget.hold()
        return self._budget.room(self.reservation(cost))

    def affordable(self, cost: Cost, lead_ids: Sequence[str]) -> Allotment:
        """As the caps allow, those at the front first."""
        return self._budget.affordable(cost, self._purses_for(cost, lead_ids))

    def finish(self) -> None:
        """Write the books before the commit."""
        self._budget.finish()

    def _reserve(self, day: str, purses: Iterable[Purse], cost: Cost) -> None:
        for purse, number in Counter(purses).items():
            self._budget.change(day, purse, reserved=cost * number)

    def _purses_for(self, cost: Cost, lead_ids: Collection[str]) -> dict[str, Purse]:
        """What is free is nobody's money."""
        return dict.fromkeys(lead_ids, Purse()) if cost == FREE else self._purses.of(lead_ids)

    def _enter(self, operation: str, target: str, key: str, lease: int) -> str:
        call_id = str(ULID())
        call = {"id": call_id, "operation": operation, "target": target, "key": key, "lease_id": lease}
        self._session.add(calls, [{**call, "planned_at": self._session.now}])
        return call_id

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
        if lead_ids:
            self._charges.refund(self._open(operation, lead_ids))
