"""Scored leads become contacts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from alpha_swarm.domain.output import output_fields
from alpha_swarm.domain.states import Priority, Step
from alpha_swarm.pipeline.effect import Effect, Known
from alpha_swarm.ports.crm import Contact
from alpha_swarm.ports.records import Story, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.effect import Done, Outcome
    from alpha_swarm.domain.in_flight import InFlight
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.pipeline.closing import Closing
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.ledger import Transaction

#: The CRMs' names in a person's access log.
_SYSTEMS = {"ghl": "ghl_crm"}


class Sync(Effect):
    """Upserts the contacts of one batch into one CRM; an upsert may be repeated."""

    repeatable = True
    #: Most CRMs take contacts one by one.
    leads_a_call = 1

    def __init__(self, crm: Crm, closing: Closing, in_flight: InFlight | None) -> None:
        self._crm = crm
        self._closing = closing
        self.in_flight = in_flight
        self._contacts: dict[str, Contact] = {}
        self.step = Step.sync(crm.target)
        # Each CRM's own: what became of one CRM's call says nothing of another's.
        self.operation = f"upsert_{crm.target.value}"

    def split(self, leads: Sequence[Known]) -> Sequence[Sequence[Known]]:
        """By priority, as each has calls of its own at a time."""
        return [alike for one in Priority if (alike := [lead for lead in leads if lead.priority is one])]

    def calls_in(self, leads: Sequence[Lead]) -> int:
        """As the CRM takes them."""
        return self._crm.calls_in(len(leads))

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """All contacts of the batch; the key is ours alone, no CRM of today takes one."""
        del key
        return self._crm.upsert([self._contact(lead) for lead in leads], at_once)

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
        self._closing.close_synced(tx, followups, leads)

    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """This CRM will not have them; others may."""
        tx.syncs.dead(self._crm.target, [lead.id for lead in leads])
        self._closing.close_synced(tx, followups, leads)

    def _contact(self, lead: Lead) -> Contact:
        """Mapped once: what is sent is what is remembered."""
        if lead.id not in self._contacts:
            self._contacts[lead.id] = Contact(
                lead_id=lead.id,
                fields=self._crm.fields(output_fields(lead)),
                external_id=lead.external_ids.get(self._crm.target.value),
                priority=lead.priority,
            )
        return self._contacts[lead.id]

    def _fingerprint(self, lead: Lead) -> str:
        fields = self._contact(lead).fields
        return hashlib.sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def _disclosure(self, lead: Lead, result: Done) -> Story:
        name = self._crm.target.value
        detail = {
            "system": _SYSTEMS.get(name, name),
            "action": result.detail.get("action", "update_contact"),
            "external_id": result.reference,
        }
        return Story(lead_id=lead.id, kind="disclosed", detail=detail)
