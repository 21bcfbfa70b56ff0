"""What people ask of the ledger."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.domain.health.counts import Counts
from alpha_swarm.domain.states import RESTING, State, Step
from alpha_swarm.ledger.calls.pauses import SqlPauses
from alpha_swarm.ledger.health.step_flows import StepFlows
from alpha_swarm.ledger.money.providers import SqlProviders
from alpha_swarm.ledger.money.spending import Spending
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.tables import NOT_KEPT, events, facts, intakes, leads, pulse, work

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from alpha_swarm.domain.money.budget import Caps
    from alpha_swarm.ledger.leads.leads import SqlLeads
    from alpha_swarm.ledger.session import Session


#: The fact in which the last audit stands.
STRANDED = "books.stranded"
#: So many leads are looked at one by one in some tens of milliseconds.
_COUNTED = 50_000
_ON_THE_WAY = [state for state in State if state not in RESTING]


class Views:
    """Read-only questions within one transaction."""

    def __init__(self, session: Session, found: SqlLeads, caps: Caps) -> None:
        self._session = session
        self._caps = caps
        self._leads = found

    def counts(self) -> Counts:
        """All that ``status`` shows."""
        by_state = select(leads.c.state, func.count().label("number")).group_by(leads.c.state)
        counted = {row.state: row.number for row in self._session.rows(by_state)}
        pauses = SqlPauses(self._session).current()
        spending = Spending(self._session, self._caps)
        day, month = spending.now
        return Counts(
            states={state.value: counted.get(state.value, 0) for state in State},
            accepted=self._number(select(func.coalesce(func.sum(intakes.c.accepted), 0))),
            write_backs=self._number(
                select(func.count()).select_from(work).where(work.c.step == Step.WRITE_BACK.value)
            ),
            stranded=self._stranded(sum(counted.get(state.value, 0) for state in _ON_THE_WAY)),
            oldest_waiting_seconds=self._oldest(pauses),
            dead_letters=self._number(
                select(func.count()).select_from(dead_letters).where(dead_letters.c.resolved_at.is_(None))
            ),
            oldest_dead_letter_seconds=self._oldest_dead_letter(),
            missed=StepFlows(self._session).missed(),
            not_kept=self._number(select(func.count()).select_from(events).where(NOT_KEPT)),
            pauses=pauses,
            providers=SqlProviders(self._session).this_hour(),
            day=(day[0].credits, day[1].credits),
            month=(month[0].credits, month[1].credits),
            actions=(month[0].actions, month[1].actions),
            stops=spending.stops(),
        )

    def holds(self) -> bool:
        """Whether any lead is held."""
        return self._any([State.HELD])

    def settled(self) -> bool:
        """The same word as in the status, without a count of everything."""
        owed = select(work.c.lead_id).where(work.c.step == Step.WRITE_BACK.value).limit(1)
        return not self._any(_ON_THE_WAY) and self._session.run(owed).first() is None

    def not_kept(self) -> Mapping[str, int]:
        """CRM → how often it did not keep something of what it was sent, among those that were read back."""
        whose = events.c.detail["target"].as_string().label("whose")
        query = select(whose, func.count().label("number")).where(NOT_KEPT).group_by("whose")
        return {row.whose: row.number for row in self._session.rows(query)}

    def audit(self) -> int:
        """Leads on their way to whom nothing is owed: a look at each of them."""
        owed = select(work.c.lead_id).where(work.c.lead_id == leads.c.id).exists()
        lost = leads.c.state.in_([state.value for state in _ON_THE_WAY]) & ~owed
        return self._number(select(func.count()).select_from(leads).where(lost))

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

    def _any(self, states: Iterable[State]) -> bool:
        found = select(leads.c.id).where(leads.c.state.in_([state.value for state in states])).limit(1)
        return self._session.run(found).first() is not None

    def _number(self, query: Any) -> int:
        return int(self._session.run(query).scalar_one())

    def beaten(self) -> float:
        """Seconds since the ledger last took the beat that all processes share; infinite without any."""
        at = self._session.run(select(pulse.c.at)).scalar()
        return math.inf if at is None else abs(self._session.now - float(at))

    def _oldest_dead_letter(self) -> float:
        open_ = dead_letters.c.resolved_at.is_(None)
        first = self._session.run(select(func.min(dead_letters.c.died_at)).where(open_)).scalar()
        return 0.0 if first is None else max(0.0, self._session.now - first)

    def _oldest(self, paused: Collection[str]) -> float:
        # What waits for the end of a pause waits for nobody. One look a step, each at the front of an index.
        fronts = [
            self._session.run(select(func.min(work.c.due_at)).where(work.c.step == step.value)).scalar()
            for step in Step
            if step.party not in paused
        ]
        first = min((front for front in fronts if front is not None), default=self._session.now)
        return max(0.0, self._session.now - first)

    def _stranded(self, on_the_way: int) -> int:
        """Counted while that takes no time to speak of; of a long backlog the last audit says it."""
        if on_the_way <= _COUNTED:
            return self.audit()
        last = self._session.run(select(facts.c.value).where(facts.c.name == STRANDED)).scalar()
        return int(last or 0)
