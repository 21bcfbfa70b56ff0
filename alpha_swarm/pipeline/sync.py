"""Scored leads become contacts."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.output import output_payload
from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.closing import close_synced
from alpha_swarm.pipeline.effect import Effect
from alpha_swarm.ports.crm import Contact
from alpha_swarm.ports.records import Story, Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.effect import Done, Outcome
    from alpha_swarm.domain.in_flight import InFlight
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.ledger import Transaction

#: The CRMs' names in a person's access log.
_SYSTEMS = {"ghl": "ghl_crm"}


class Sync(Effect):
    """Upserts contacts into one CRM; an upsert may be repeated."""

    repeatable = True
    #: Most CRMs take contacts one by one; one that does not finds them together again when it splits them.
    leads_a_call = 1

    def __init__(self, crm: Crm, in_flight: InFlight | None, retention_days: int) -> None:
        self._crm = crm
        self.in_flight = in_flight
        self._retention_days = retention_days
        self.step = Step.sync(crm.target)
        # Each CRM's own: what became of one CRM's call says nothing of another's.
        self.operation = f"upsert_{crm.target.value}"

    def split(self, leads: Sequence[Lead]) -> Sequence[Sequence[Lead]]:
        """As the CRM wants them."""
        by_id = {lead.id: lead for lead in leads}
        calls = self._crm.split([self._contact(lead) for lead in leads])
        return [[by_id[contact.lead_id] for contact in call] for call in calls]

    def send(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """All contacts of the batch; the key is ours alone, no CRM of today takes one."""
        del key
        return self._crm.upsert([self._contact(lead) for lead in leads])

    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """Remember what was written; whoever has nothing else to wait for comes to rest."""
        written = {
            lead.id: Written(external_id=results[lead.id].reference, fingerprint=self._fingerprint(lead))
            for lead in leads
        }
        tx.syncs.done(self._crm.target, written)
        tx.work.finish(self.step, list(written))
        tx.tell(self._disclosure(lead, results[lead.id]) for lead in leads)
        close_synced(tx, followups, leads)

    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """This CRM will not have them; others may."""
        tx.syncs.dead(self._crm.target, [lead.id for lead in leads])
        close_synced(tx, followups, leads)

    def _contact(self, lead: Lead) -> Contact:
        return Contact(
            lead_id=lead.id,
            fields=self._fields(lead),
            external_id=lead.external_ids.get(self._crm.target.value),
            priority=lead.priority,
        )

    def _fields(self, lead: Lead) -> Mapping[str, Any]:
        return self._crm.fields(output_payload(lead, retention_days=self._retention_days))

    def _fingerprint(self, lead: Lead) -> str:
        fields = self._fields(lead)
        return hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()

    def _disclosure(self, lead: Lead, result: Done) -> Story:
        name = self._crm.target.value
        detail = {
            "system": _SYSTEMS.get(name, name),
            "action": result.detail.get("action", "update_contact"),
            "external_id": result.reference,
        }
        return Story(lead_id=lead.id, kind="disclosed", detail=detail)
