"""What was spent, read from the books: a row a day, month and source."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from alpha_swarm.domain.money.budget import Kind, kind_of, name_of
from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.ledger.money.budget import read_used
from alpha_swarm.ledger.schema.money import budget

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session

_KINDS = (Kind.DAY, Kind.MONTH, Kind.SOURCE)


class Spent:
    """The books of one moment."""

    def __init__(self, session: Session) -> None:
        self.total: Cost = FREE
        self.reserved: Cost = FREE
        self.by_day: defaultdict[str, Cost] = defaultdict(Cost)
        """``YYYY-MM-DD`` → what was spent of the day's account."""
        self.by_source: defaultdict[str, float] = defaultdict(float)
        """Source → credits."""
        wanted = or_(*(budget.c.scope.startswith(f"{kind}:", autoescape=True) for kind in _KINDS))
        for row in session.rows(select(budget).where(wanted)):
            self._add(row.scope, *read_used(row))

    def _add(self, scope: str, reserved: Cost, spent: Cost) -> None:
        match kind_of(scope):
            case Kind.DAY:
                self.by_day[name_of(scope)] = spent
            case Kind.MONTH:
                self.total += spent
                self.reserved += reserved
            case _:
                self.by_source[name_of(scope).partition(":")[2]] += spent.credits
