"""Rows are enriched: the call that costs credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Gone, Outcome
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.results.judgement import outdated
from alpha_swarm.domain.states import EnrichmentStatus, State, Step
from alpha_swarm.errors import HaltError, RetryLaterError, WrongAddressError
from alpha_swarm.pipeline.enrichment.enricher_effect import EnricherEffect
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Transaction


class Enrich(EnricherEffect):
    """Starts the waterfall; a row that is no longer pending was started already and is not paid for again."""

    step = Step.ENRICH
    operation = "enrich_rows"

    def __init__(
        self,
        enricher: Enricher,
        in_flight: InFlight | None,
        policy: PrivacyPolicy = OPEN,
        *,
        cost: Cost,
        first_poll: float,
    ) -> None:
        super().__init__(enricher, in_flight, policy)
        self.leads_a_call = enricher.capabilities.start_batch
        self.leads_a_batch = self._whole_calls()
        self.cost = cost
        self._first_poll = first_poll

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """One call for the batch; a row said to be missing is asked for once before that is believed."""
        del at_once
        by_row = {lead.row_id or "": lead.id for lead in leads}
        started = self._enricher.start(list(by_row), key)
        outcomes = {by_row[row_id]: self._confirm(row_id, outcome) for row_id, outcome in started.items()}
        if len(outcomes) > 1 and all(isinstance(outcome, Gone) for outcome in outcomes.values()):
            raise WrongAddressError("none of the rows of a whole batch is there: check CLAY_TABLE_ID")
        yield outcomes

    def look_up(self, leads: Sequence[Lead]) -> Mapping[str, Done]:
        """A row that is pending, or still has the result before this one, was never started."""
        by_row = {lead.row_id or "": lead for lead in leads}
        rows = self._enricher.fetch(list(by_row))
        return {
            by_row[row_id].id: Done(row_id, {"looked_up": True})
            for row_id, row in rows.items()
            if row.status is not EnrichmentStatus.PENDING and not _is_old(by_row[row_id], row)
        }

    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """The result is awaited, and asked for when it does not come by itself."""
        tx.leads.move({lead.id: State.ENRICHING for lead in leads})
        tx.work.finish(self.step, [lead.id for lead in leads])
        tx.tell(Story(lead_id=lead.id, kind="enriching", detail=results[lead.id].detail) for lead in leads)
        followups.owe(tx, Step.COLLECT, leads, delay=self._first_poll)

    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """Never started."""
        self._closing.close(tx, followups, [(lead, State.DEAD) for lead in leads])

    def gone(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """Without a row there is nothing to enrich."""
        tx.work.finish(self.step, [lead.id for lead in leads])
        self._closing.close(tx, followups, [(lead, State.UNENRICHABLE) for lead in leads])

    def _confirm(self, row_id: str, outcome: Outcome) -> Outcome:
        if not isinstance(outcome, Gone):
            return outcome
        try:
            there = self._enricher.fetch_one(row_id) is not None
        except (RetryLaterError, HaltError):
            # Raised any further it would pass for the verdict on the call, which was accepted and is paid.
            return Doubt("the row was said to be missing, and asking for it failed")
        return Again("the row was said to be missing and is there") if there else outcome


def _is_old(lead: Lead, row: RowResult) -> bool:
    return row.finished and outdated(lead, row.enriched_at)
