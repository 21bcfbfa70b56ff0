"""What became of a lead goes back to its row, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.calls.effect import Gone
from alpha_swarm.domain.leads.output import output_payload
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.privacy.rectification import pinned_columns
from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.crm.corrections import owe_once_more
from alpha_swarm.pipeline.enrichment.enricher_effect import EnricherEffect
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Done, Outcome
    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Transaction


_AWAITING = frozenset({State.RECEIVED, State.SUBMITTED, State.ENRICHING})


class WriteBack(EnricherEffect):
    """Sets our columns of the rows; setting them twice does no harm."""

    step = Step.WRITE_BACK
    operation = "update_rows"
    repeatable = True
    history = True
    #: It costs nothing and nobody waits for it: some two minutes of trying, and later a replay.
    attempts = 5

    def __init__(
        self,
        enricher: Enricher,
        in_flight: InFlight | None,
        policy: PrivacyPolicy = OPEN,
    ) -> None:
        super().__init__(enricher, in_flight, policy)
        self._rows_can_be_told = enricher.capabilities.update_batch > 0
        self.leads_a_call = enricher.capabilities.update_batch or self.leads_a_call
        self.leads_a_batch = self._whole_calls()

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """One call for the batch; the endpoint takes no key."""
        del key, at_once
        if not self._rows_can_be_told:
            yield {lead.id: Gone("the transport was changed, and this one tells no rows") for lead in leads}
            return
        by_row = {lead.row_id or "": lead for lead in leads}
        outcomes = self._enricher.write_back({row_id: self._columns(lead) for row_id, lead in by_row.items()})
        yield {by_row[row_id].id: outcome for row_id, outcome in outcomes.items()}

    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """Nothing is owed any more."""
        del followups
        tx.work.finish(self.step, list(results))
        tx.tell(Story(lead_id=lead.id, kind="written_back") for lead in leads)

    def overtaken(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """What a person put right meanwhile has the last word."""
        owe_once_more(tx, followups, self.step, leads)

    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """The lead has ended well or badly before; a row that can't be updated changes nothing in that."""
        del followups
        tx.work.finish(self.step, [lead.id for lead in leads])

    def _columns(self, lead: Lead) -> dict[str, Any]:
        lead = self._seen(lead)
        payload = output_payload(lead)
        put_right = pinned_columns(lead)
        if lead.state in _AWAITING:
            # Of a row that is at work only what the person put right is anybody else's business.
            return {**put_right, "provenance": payload["provenance"]}
        columns = {
            "ghl_contact_id": lead.external_ids.get("ghl"),
            "instantly_lead_id": lead.external_ids.get("instantly"),
            "icp_score": payload["icp_score"],
            "icp_tier": payload["icp_tier"],
            "enrichment_status": lead.enrichment.status.value if lead.enrichment else None,
            "enriched_at": payload["enriched_at"],
            "provenance": payload["provenance"],
        }
        return {name: value for name, value in columns.items() if value is not None} | put_right
