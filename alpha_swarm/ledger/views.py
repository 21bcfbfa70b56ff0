"""What people ask of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.domain.counts import Counts
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.budget import NO_CAPS, Budget
from alpha_swarm.ledger.pauses import SqlPauses
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.tables import dead_letters, events, intakes, leads, work

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.ledger.leads import SqlLeads
    from alpha_swarm.ledger.session import Session


_ON_THE_WAY = (State.RECEIVED, State.SUBMITTED, State.ENRICHING, State.ENRICHED, State.SYNCING)


class Views:
    """Read-only questions within one transaction."""

    def __init__(self, session: Session, found: SqlLeads) -> None:
        self._session = session
        self._leads = found

    def counts(self) -> Counts:
        """All that ``status`` shows."""
        counted = {row[0]: row[1] for row in self._grouped(leads.c.state)}
        pauses = SqlPauses(self._session).current()
        budget = Budget(self._session, NO_CAPS)
        return Counts(
            states={state.value: counted.get(state.value, 0) for state in State},
            accepted=self._number(select(func.coalesce(func.sum(intakes.c.accepted), 0))),
            owed=self._owed(),
            stranded=self._stranded(),
            oldest_waiting_seconds=self._oldest(pauses),
            dead_letters=self._number(
                select(func.count()).select_from(dead_letters).where(dead_letters.c.resolved_at.is_(None))
            ),
            pauses=pauses,
            day=budget.used(budget.today),
            month=budget.used(budget.today[:7]),
        )

    def find(self, identity_or_id: str) -> str | None:
        """The id of a lead."""
        return self._leads.find(identity_or_id)

    def story(self, lead_id: str) -> list[dict[str, Any]]:
        """``{at, kind, detail}`` in the order in which it happened."""
        query = select(events).where(events.c.lead_id == lead_id).order_by(events.c.id)
        return [
            {"at": when(row.at).isoformat(timespec="milliseconds"), "kind": row.kind, "detail": row.detail}
            for row in self._session.rows(query)
        ]

    def deaths(self, lead_id: str) -> list[dict[str, Any]]:
        """The lead's open dead letters."""
        query = select(dead_letters).where(
            dead_letters.c.lead_id == lead_id, dead_letters.c.resolved_at.is_(None)
        )
        return [
            {
                "step": row.step,
                "cause": row.cause,
                "class": row.kind,
                "error": row.error,
                "attempts": row.attempts,
            }
            for row in self._session.rows(query)
        ]

    def today(self) -> datetime:
        """The database's time."""
        return datetime.fromtimestamp(self._session.now, UTC)

    def _grouped(self, column: Any) -> Any:
        return self._session.rows(select(column, func.count()).group_by(column))

    def _owed(self) -> dict[str, int]:
        """Step → leads; a dead write-back that is going to be tried again is still owed."""
        owed = {row[0]: row[1] for row in self._grouped(work.c.step)}
        step = Step.WRITE_BACK.value
        again = (dead_letters.c.step == step, dead_letters.c.replay_at.is_not(None))
        count = select(func.count()).select_from(dead_letters)
        owed[step] = owed.get(step, 0) + self._number(
            count.where(*again, dead_letters.c.resolved_at.is_(None))
        )
        return owed

    def _number(self, query: Any) -> int:
        return int(self._session.run(query).scalar_one())

    def _oldest(self, paused: Collection[str]) -> float:
        # What waits for the end of a pause waits for nobody.
        moving = [step.value for step in Step if step.party not in paused]
        first = self._session.run(select(func.min(work.c.due_at)).where(work.c.step.in_(moving))).scalar()
        return max(0.0, self._session.now - float(first)) if first is not None else 0.0

    def _stranded(self) -> int:
        owed = select(work.c.lead_id).where(work.c.lead_id == leads.c.id).exists()
        lost = leads.c.state.in_([state.value for state in _ON_THE_WAY]) & ~owed
        return self._number(select(func.count()).select_from(leads).where(lost))
