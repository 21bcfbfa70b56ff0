"""Leads as contacts of one CRM: what is sent of each, decided once it is known what stands there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from alpha_swarm.domain.changes import ATTENDANT, Change, Ours, creation, improvement
from alpha_swarm.domain.effect import Done
from alpha_swarm.domain.output import output_fields
from alpha_swarm.domain.write_rules import Mode
from alpha_swarm.ports.changes import Planned
from alpha_swarm.ports.crm import Contact
from alpha_swarm.ports.records_in import RecordSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.domain.states import Target
    from alpha_swarm.domain.write_rules import WriteRules
    from alpha_swarm.ports.changes import Values
    from alpha_swarm.ports.crm import Crm, Record
    from alpha_swarm.ports.ledger import Transaction

#: The action of a sync that sends nothing.
NONE = "none"
_REMOVED = Done(None, {"action": NONE, "reason": "somebody removed the record"})
#: Columns of the enricher that become one output field.
_EMAIL = ("email_work", "email_personal")


class Contacts:
    """Each lead is mapped once: what is sent is what is remembered."""

    def __init__(self, crm: Crm, rules: WriteRules, clock: Clock) -> None:
        self._crm = crm
        self._rules = rules
        self._clock = clock
        self._leads: dict[str, Lead] = {}
        self._contacts: dict[str, Contact] = {}

    @property
    def target(self) -> Target:
        """Whose they are."""
        return self._crm.target

    def know(self, leads: Mapping[str, Lead]) -> None:
        """These are going to be sent."""
        self._leads.update(leads)

    def of(self, lead: Lead) -> Contact:
        """The lead as the CRM takes it."""
        if lead.id not in self._contacts:
            self._contacts[lead.id] = contact_of(self._crm, lead)
        return self._contacts[lead.id]

    def fingerprint(self, lead: Lead) -> str:
        """Of everything that decides what is written, but for what stands there."""
        fields = {name: value for name, value in self.of(lead).fields.items() if name not in ATTENDANT}
        text = orjson.dumps([fields, repr(self._rules)], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(text).hexdigest()

    def decided(
        self, tx: Transaction, pairs: Sequence[tuple[Contact, Record | None]]
    ) -> dict[str, Change | Outcome]:
        """By the rules of the CRM, and by what we wrote there before."""
        gone = self._gone(tx, [contact for contact, record in pairs if record is None])
        records = {contact.lead_id: record.id for contact, record in pairs if record is not None}
        written = tx.changes.written(self._crm.target, records) if records else {}
        left_alone = dict.fromkeys(gone, _REMOVED)
        return left_alone | {
            contact.lead_id: self._decided(contact, record, written.get(contact.lead_id, {}))
            for contact, record in pairs
            if contact.lead_id not in gone
        }

    def plans(
        self, pairs: Sequence[tuple[Contact, Record | None]], decided: Mapping[str, Change | Outcome]
    ) -> list[Planned]:
        """What is going to be sent."""
        return [
            Planned(
                lead_id=contact.lead_id,
                target=self._crm.target,
                batch=self._leads[contact.lead_id].batch,
                external_id=record.id if record else None,
                change=change,
            )
            for contact, record in pairs
            if isinstance(change := decided[contact.lead_id], Change) and change.after
        ]

    def _gone(self, tx: Transaction, absent: Sequence[Contact]) -> set[str]:
        """Whose record was there once: the CRM told so, or the id that we hold leads nowhere."""
        if self._rules.recreate or not absent:
            return set()
        lost = {one.lead_id for one in absent if one.external_id and isinstance(self._crm, RecordSource)}
        return lost | tx.syncs.gone(self._crm.target, [one.lead_id for one in absent])

    def _decided(self, contact: Contact, record: Record | None, written: Values) -> Change | Outcome:
        if record is None:
            absent = Done(None, {"action": NONE, "reason": "records are not created"})
            return absent if self._rules.mode is Mode.UPDATE_ONLY else creation(contact.fields, self._rules)
        if self._rules.mode is Mode.CREATE_ONLY:
            return Done(record.id, {"action": NONE, "reason": "records are not updated"})
        ours = Ours(providers=_providers(self._leads[contact.lead_id]), written=written)
        return improvement(contact.fields, record, ours, self._rules, self._clock.now())


def contact_of(crm: Crm, lead: Lead) -> Contact:
    """The lead as a CRM takes it."""
    return Contact(
        lead_id=lead.id,
        fields=crm.fields(output_fields(lead)),
        external_id=lead.external_ids.get(crm.target.value),
        priority=lead.priority,
    )


def _providers(lead: Lead) -> dict[str, str]:
    """Output field → who found its value; of several the last one."""
    uses = lead.enrichment.providers if lead.enrichment else ()
    return {"email" if name in _EMAIL else name: use.name for use in uses for name in use.fields}
