"""Where the money went: questions about the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from alpha_swarm.domain.money.budget import NO_CAPS, Kind, kind_of, scopes_of
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.money.costs import Outcome, outcome_of
from alpha_swarm.domain.money.estimate import Experience
from alpha_swarm.domain.states import EnrichmentStatus, State, Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.money.budget import Budget, read_used
from alpha_swarm.ledger.money.charges import RERUN
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.outcomes import CRASHED, FAILED, UNKNOWN
from alpha_swarm.ledger.schema.tables import call_leads, intakes, leads, work

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from alpha_swarm.domain.money.budget import Caps
    from alpha_swarm.ledger.session import Session

Used = tuple[Cost, Cost]
"""(reserved, spent)"""
_UNPAID = (Step.INGEST.value, Step.ENRICH.value)
_SETTLED = call_leads.c.credits_spent.is_not(None)


class Spending:
    """Read-only questions within one transaction."""

    def __init__(self, session: Session, caps: Caps) -> None:
        self._session = session
        self._caps = caps
        self._budget = Budget(session, NO_CAPS)

    @property
    def moment(self) -> datetime:
        """Now, by the database's clock."""
        return self._budget.moment

    @property
    def now(self) -> tuple[Used, Used]:
        """Of this day and of this month."""
        day, month = scopes_of(self._budget.today, None, None)
        used = self._budget.used((day, month))
        return used[day], used[month]

    def stops(self) -> tuple[str, ...]:
        """Kind and meter of each cap in force of which people were told that it is reached."""
        query = select(budget.c.scope, budget.c.alert).where(budget.c.alert.is_not(None), self._current())
        told = {(kind_of(row.scope), *row.alert.split()) for row in self._session.rows(query)}
        standing = sorted(
            (kind, meter) for kind, meter, cap in told if f"{getattr(self._caps.of(kind), meter):g}" == cap
        )
        return tuple(dict.fromkeys(f"{kind} {meter}" for kind, meter in standing))

    def of(self, kind: Kind, most: int) -> dict[str, Used]:
        """Scope → what was used, of the dearest sources of this month, or of the newest batches."""
        query = select(budget).where(budget.c.scope.startswith(self._prefix(kind), autoescape=True))
        newest = budget.c.scope.desc()
        dearest = (budget.c.credits_spent + budget.c.credits_reserved).desc()
        first = (dearest, newest) if kind is Kind.SOURCE else (newest,)
        rows = self._session.rows(query.order_by(*first).limit(most))
        return {row.scope: read_used(row) for row in rows}

    def experience(self, batch: str | None = None) -> Experience:
        """What results cost so far, and how many of them were hits; of all leads, or of a batch."""
        paid = select(
            func.coalesce(func.sum(call_leads.c.credits_spent), 0.0),
            func.coalesce(func.sum(call_leads.c.actions_spent), 0.0),
            func.coalesce(func.sum(call_leads.c.credits_spent * call_leads.c.credits_spent), 0.0),
        ).where(_SETTLED)
        # Each generation of a lead was paid for.
        number = func.sum(leads.c.generation).label("number")
        ended = select(leads.c.status, number).where(leads.c.status.is_not(None))
        if batch is not None:
            paid, ended = paid.where(call_leads.c.batch == batch), ended.where(leads.c.batch == batch)
        sums: Any = self._session.run(paid).one()
        outcomes = [
            (outcome_of(EnrichmentStatus(row.status)), row.number)
            for row in self._session.rows(ended.group_by(leads.c.status))
        ]
        return Experience(
            results=sum(number for _, number in outcomes),
            hits=sum(number for outcome, number in outcomes if outcome is Outcome.HIT),
            spent=Cost(sums[0], sums[1]),
            squares=sums[2],
        )

    def last_paid(self, lead_ids: Collection[str]) -> list[Cost]:
        """What the last result of each of these leads cost that had one."""
        query = select(call_leads).where(among(call_leads.c.lead_id, lead_ids), _SETTLED)
        rows = self._session.rows(query.order_by(call_leads.c.settled_at, call_leads.c.call_id))
        paid = {row.lead_id: Cost(row.credits_spent, row.actions_spent or 0.0) for row in rows}
        return list(paid.values())

    def in_states(self, batch: str, states: Collection[State]) -> int:
        """Leads of a batch in these states."""
        theirs = (leads.c.batch == batch, leads.c.state.in_([state.value for state in states]))
        return self._number(select(func.count()).select_from(leads).where(*theirs))

    def dearest(self) -> float:
        """The most credits that a lead cost of late."""
        return self._budget.dearest()

    def unpaid(self) -> int:
        """Leads that are still to be paid for."""
        return self._number(select(func.count(work.c.lead_id.distinct())).where(work.c.step.in_(_UNPAID)))

    def duplicates(self) -> int:
        """Arrivals of people who were known already, for whom nothing was paid."""
        return self._number(select(func.coalesce(func.sum(intakes.c.duplicates), 0)))

    def reconciliation(self, day: str, most: int = 100) -> dict[str, Any]:
        """What was spent on a day, by who says so, and the calls whose cost nobody knows yet."""
        mine = call_leads.c.day == day
        rerun = call_leads.c.operation == RERUN
        spent = func.coalesce(call_leads.c.credits_spent, 0.0)
        reported = call_leads.c.credits_reported.is_not(None)
        pending = and_(~_SETTLED, call_leads.c.state != FAILED)
        sums = {
            "spent": spent,
            "reported_by_clay": func.coalesce(call_leads.c.credits_reported, 0.0),
            "reckoned": case((and_(_SETTLED, ~reported, ~rerun), spent), else_=0.0),
            "run_again": case((rerun, spent), else_=0.0),
            "reserved": case((pending, call_leads.c.credits_reserved), else_=0.0),
        }
        columns = [func.coalesce(func.sum(value), 0.0).label(name) for name, value in sums.items()]
        row = self._session.run(select(*columns).where(mine)).mappings().one()
        doubtful = select(call_leads).where(
            mine, pending, call_leads.c.credits_reserved > 0, call_leads.c.state.in_((UNKNOWN, CRASHED))
        )
        calls = self._session.rows(doubtful.order_by(call_leads.c.lead_id).limit(most))
        return {
            "day": day,
            **{name: round(float(value), 4) for name, value in row.items()},
            "in_doubt": [
                {"lead_id": call.lead_id, "operation": call.operation, "credits": call.credits_reserved}
                for call in calls
            ],
        }

    def _number(self, query: Any) -> int:
        return int(self._session.run(query).scalar_one())

    def _current(self) -> Any:
        day, month = scopes_of(self._budget.today, None, None)
        sources = budget.c.scope.startswith(self._prefix(Kind.SOURCE), autoescape=True)
        batches = budget.c.scope.startswith(f"{Kind.BATCH}:", autoescape=True)
        return or_(budget.c.scope.in_((day, month)), sources, batches)

    def _prefix(self, kind: Kind) -> str:
        return f"{kind}:{self._budget.today[:7]}:" if kind is Kind.SOURCE else f"{kind}:"
