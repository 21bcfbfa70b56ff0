"""Reservations become what was spent, or fall back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.money.purses import Purse
from alpha_swarm.ledger.schema.outcomes import DONE, FAILED
from alpha_swarm.ledger.schema.tables import call_leads, leads

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement

    from alpha_swarm.ledger.money.budget import Budget
    from alpha_swarm.ledger.session import Session

#: A run that we did not ask for.
RERUN = "rerun"
_PAID = or_(call_leads.c.credits_reserved > 0, call_leads.c.actions_reserved > 0)


class Charges:
    """What becomes of money within one transaction."""

    def __init__(self, session: Session, budget: Budget) -> None:
        self._session = session
        self._budget = budget

    def charge(self, spent: Mapping[str, Cost], reported: Collection[str]) -> None:
        """Each result pays for its lead's calls in this generation.

        A call that was given up for failed pays only for a lead that has no other: it took effect after all.
        """
        query = select(call_leads).join(leads, leads.c.id == call_leads.c.lead_id)
        query = query.where(
            among(call_leads.c.lead_id, spent),
            leads.c.generation == call_leads.c.generation,
            _PAID,
            call_leads.c.credits_spent.is_(None),
        )
        rows = self._session.rows(query.order_by(call_leads.c.state == FAILED, call_leads.c.call_id))
        due = dict(spent)
        paid = [
            (row, due.pop(row.lead_id, FREE)) for row in rows if row.state != FAILED or row.lead_id in due
        ]
        # Summed up first: most leads of a commit share a day, a batch and a source.
        sums: dict[tuple[str, Purse], tuple[Cost, Cost]] = {}
        for row, cost in paid:
            account = (row.day, _purse(row))
            reserved, spent_before = sums.get(account, (FREE, FREE))
            freed = reserved if row.state == FAILED else reserved + _reserved(row)
            sums[account] = (freed, spent_before + cost)
        self._budget.saw(max((cost.credits for _, cost in paid), default=0.0))
        for (day, purse), (freed, paid_for) in sums.items():
            self._budget.change(day, purse, reserved=FREE - freed, spent=paid_for)
        self._write(paid, reported)

    def charge_again(self, call_id: str, spent: Mapping[str, Cost], purses: Mapping[str, Purse]) -> None:
        """Without any reservation, on today's account."""
        known = select(leads.c.id, leads.c.generation).where(among(leads.c.id, spent))
        generations = {row.id: row.generation for row in self._session.rows(known)}
        day, now = self._budget.today, self._session.now
        rows = []
        for lead_id, generation in generations.items():
            cost, purse = spent[lead_id], purses[lead_id]
            self._budget.change(day, purse, spent=cost)
            self._budget.saw(cost.credits)
            row = {"call_id": call_id, "lead_id": lead_id, "generation": generation, "operation": RERUN}
            row |= {"state": DONE, "settled_at": now, "day": day, "credits_reserved": 0.0}
            row |= {"credits_spent": cost.credits, "actions_spent": cost.actions, **purse._asdict()}
            rows.append(row)
        self._session.add(call_leads, rows)

    def refund(self, theirs: ColumnElement[bool]) -> None:
        """Give back what is reserved for these calls."""
        account = (call_leads.c.day, call_leads.c.batch, call_leads.c.source)
        sums = [
            func.sum(column).label(column.name)
            for column in (call_leads.c.credits_reserved, call_leads.c.actions_reserved)
        ]
        rows = self._session.rows(select(*account, *sums).where(theirs, _PAID).group_by(*account))
        for row in rows:
            self._budget.change(row.day, _purse(row), reserved=FREE - _reserved(row))

    def _write(self, paid: list[tuple[Any, Cost]], reported: Collection[str]) -> None:
        if not paid:
            return
        one = and_(call_leads.c.call_id == bindparam("call"), call_leads.c.lead_id == bindparam("lead"))
        rows = [
            {
                "call": row.call_id,
                "lead": row.lead_id,
                "credits": cost.credits,
                "actions": cost.actions,
                "reported": cost.credits if row.lead_id in reported else None,
            }
            for row, cost in paid
        ]
        values = {
            "state": DONE,
            "settled_at": self._session.now,
            "credits_spent": bindparam("credits"),
            "actions_spent": bindparam("actions"),
            "credits_reported": bindparam("reported"),
        }
        self._session.run(update(call_leads).where(one).values(values), rows)


def _reserved(row: Any) -> Cost:
    return Cost(row.credits_reserved, row.actions_reserved)


def _purse(row: Any) -> Purse:
    return Purse(row.batch, row.source)
