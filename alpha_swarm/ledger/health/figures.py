"""What is measured beside the state of the whole: no question here looks at every lead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.domain.money.budget import Kind
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.calls.pauses import SqlPauses
from alpha_swarm.ledger.calls.refusals import SqlRefusals
from alpha_swarm.ledger.messages.alerts import SqlAlerts
from alpha_swarm.ledger.money.providers import SqlProviders
from alpha_swarm.ledger.privacy.withheld import SqlWithheld
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.tables import dead_letters, facts, intakes, work

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session

#: The fact in which the last housekeeping wrote what results cost.
LEARNED = "budget.learned"
_OUTCOMES = ("accepted", "duplicates", "rejected")


class Figures:
    """Read-only questions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> dict[str, Any]:
        """All that ``/metrics`` asks of the ledger beside the status."""
        return {
            "intakes": self.intakes(),
            "oldest": self.oldest(),
            "dead_letters": self.dead(),
            "spent": self.spent(),
            "providers": SqlProviders(self._session).totals(),
            "refused": SqlRefusals(self._session).totals(),
            "withheld": SqlWithheld(self._session).totals(),
            "learned": self.learned(),
            "alerts": {
                key: stood.level.value
                for key, stood in SqlAlerts(self._session).standing().items()
                if stood.gone_at is None
            },
        }

    def intakes(self) -> dict[tuple[str, str], int]:
        """(Door, outcome) → arrivals since the ledger began."""
        sums = [func.sum(intakes.c[name]).label(name) for name in _OUTCOMES]
        rows = self._session.rows(select(intakes.c.door, *sums).group_by(intakes.c.door))
        return {(row.door, name): int(getattr(row, name)) for row in rows for name in _OUTCOMES}

    def oldest(self) -> dict[Step, float]:
        """For how many seconds each step has had work that is due; nobody waits for the end of a pause."""
        paused = SqlPauses(self._session).current()
        return {step: 0.0 if step.party in paused else self._since(step) for step in Step}

    def dead(self) -> dict[str, tuple[int, float]]:
        """Class → open dead letters, and the age of the oldest in seconds."""
        number, oldest = func.count().label("number"), func.min(dead_letters.c.died_at).label("oldest")
        query = select(dead_letters.c.kind, number, oldest).where(dead_letters.c.resolved_at.is_(None))
        rows = self._session.rows(query.group_by(dead_letters.c.kind))
        return {row.kind: (row.number, max(0.0, self._session.now - row.oldest)) for row in rows}

    def spent(self) -> tuple[float, float]:
        """Credits and actions since the ledger began: the sums of its months."""
        months = budget.c.scope.startswith(f"{Kind.MONTH}:", autoescape=True)
        sums = [func.coalesce(func.sum(one), 0.0) for one in (budget.c.credits_spent, budget.c.actions_spent)]
        row: Any = self._session.run(select(*sums).where(months)).one()
        return float(row[0]), float(row[1])

    def learned(self) -> dict[str, Any]:
        """What results cost, as of the last housekeeping; nothing before the first."""
        known = self._session.run(select(facts.c.value).where(facts.c.name == LEARNED)).scalar()
        found: dict[str, Any] = json.loads(known or "{}")
        return found

    def _since(self, step: Step) -> float:
        # A look at the front of an index.
        first = self._session.run(select(func.min(work.c.due_at)).where(work.c.step == step.value)).scalar()
        return 0.0 if first is None else max(0.0, self._session.now - first)
