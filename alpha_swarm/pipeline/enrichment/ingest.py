"""Received leads become rows at the enricher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Done, Outcome
from alpha_swarm.domain.leads.requests import is_row_of, request_id
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.enrichment.enricher_effect import EnricherEffect
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.leads.lead import Lead, Standing
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Transaction


class Ingest(EnricherEffect):
    """Adds rows; our lead id stands in each, so a row whose answer was lost is found again."""

    step = Step.INGEST
    operation = "add_rows"

    def __init__(self, enricher: Enricher, in_flight: InFlight | None, policy: PrivacyPolicy = OPEN) -> None:
        super().__init__(enricher, in_flight, policy)
        self.leads_a_call = enricher.capabilities.submit_batch
        self.leads_a_batch = self._whole_calls()

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """One call for the batch."""
        del at_once
        self._enricher.prepare()
        yield self._enricher.submit([self._seen(lead) for lead in leads], key)

    def look_up(self, leads: Sequence[Lead]) -> Mapping[str, Done]:
        """Rows that carry our lead ids."""
        rows = self._enricher.look_up([lead.id for lead in leads])
        return {lead_id: Done(row.row_id, {"looked_up": True}) for lead_id, row in rows.items()}

    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """Next comes the paid enrichment."""
        self._submitted(tx, leads, results, State.SUBMITTED)
        followups.owe(tx, Step.ENRICH, leads)

    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """Never reached the enricher."""
        self._closing.close(tx, followups, [(lead, State.DEAD) for lead in leads])

    def _submitted(
        self, tx: Transaction, leads: Sequence[Lead], results: Mapping[str, Done], state: State
    ) -> None:
        rows = {lead.id: results[lead.id].reference or "" for lead in leads}
        tx.leads.submitted(rows)
        tx.leads.move(dict.fromkeys(rows, state))
        tx.work.finish(self.step, rows)
        tx.tell(
            Story(lead_id=key, kind="submitted", detail={"row_id": row_id, **results[key].detail})
            for key, row_id in rows.items()
        )


#: Of a call that nobody answered.
_UNKNOWN = {"outcome": "unknown"}


class IngestAndStart(Ingest):
    """Where what is brought in is enriched at once: the call that costs credits.

    Nobody can be asked what became of a call without answer, so its leads count as sent and are awaited.
    """

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
        self.cost = cost
        self._first_poll = first_poll

    def presumed(self, lead: Standing) -> Done | None:
        """Sent under the name that its answer will carry."""
        return None if self.looks_up else Done(request_id(lead), _UNKNOWN)

    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """The result is awaited, and asked for where it can be."""
        self._submitted(tx, leads, self._with_found(tx, results), State.ENRICHING)
        tx.tell(Story(lead_id=lead.id, kind="enriching") for lead in leads)
        followups.owe(tx, Step.COLLECT, leads, delay=self._first_poll)

    @staticmethod
    def _with_found(tx: Transaction, results: Mapping[str, Done]) -> Mapping[str, Done]:
        """A ping may have told where a lead is before its worker found out that nobody answers."""
        unsure = {key: one for key, one in results.items() if one.detail == _UNKNOWN}
        known = tx.leads.standing(unsure) if unsure else {}
        rows = {key: lead.row_id for key, lead in known.items() if is_row_of(lead, lead.row_id)}
        return {**results, **{key: Done(row, unsure[key].detail) for key, row in rows.items()}}
