"""Leads as contacts of one CRM: what is sent of each, decided once it is known what stands there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.crm.changes import ATTENDANT, Change, Ours, creation, improvement, without
from alpha_swarm.domain.crm.write_rules import Mode
from alpha_swarm.domain.messages.approvals import Grant
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.policy.withholding import fields_for
from alpha_swarm.domain.privacy.rectification import emptied
from alpha_swarm.domain.routing.route import Placement
from alpha_swarm.ports.changes import Planned
from alpha_swarm.ports.crm import Contact
from alpha_swarm.ports.placing import AssignsOwners
from alpha_swarm.ports.records_in import RecordSource

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.write_rules import WriteRules
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.domain.states import Target
    from alpha_swarm.ports.changes import Values
    from alpha_swarm.ports.crm import Crm, Record
    from alpha_swarm.ports.ledger import Transaction

#: The action of a sync that sends nothing.
NONE = "none"
_REMOVED = Done(None, {"action": NONE, "reason": "somebody removed the record"})
#: Columns of the enricher that become one output field.
_EMAIL = ("email_work", "email_personal")
#: The field of a contact that says whose it is.
OWNER = "owner"
_NOWHERE = Placement()
_NOTHING = Grant("")


ContactsOf = Callable[["Target", "Collection[str]"], "Contacts"]
"""A CRM and the protected fields that are asked for → its contacts."""


class Contacts:
    """Each lead is mapped once: what is sent is what is remembered."""

    def __init__(
        self,
        crm: Crm,
        rules: WriteRules,
        clock: Clock,
        asked: Collection[str] = (),
        policy: PrivacyPolicy = OPEN,
    ) -> None:
        """``asked``: protected fields that are to be decided upon as if a person had allowed them."""
        self._crm = crm
        self._policy = policy
        self._asked = frozenset(asked)
        self._grants: dict[str, Grant] = {}
        self._rules = rules
        self._rules_in_words = repr(rules)
        self._clock = clock
        self._leads: dict[str, Lead] = {}
        self._placements: dict[str, Placement] = {}
        self._owners: dict[str, str | None] = {}
        self._contacts: dict[str, Contact] = {}

    @property
    def target(self) -> Target:
        """Whose they are."""
        return self._crm.target

    def know(self, tx: Transaction, leads: Mapping[str, Lead]) -> None:
        """These are going to be sent."""
        self._leads.update(leads)
        self._placements.update(tx.syncs.placements(self._crm.target, list(leads)))
        self._grants.update(tx.syncs.grants(self._crm.target, list(leads)))

    def find_owners(self) -> None:
        """Ask the CRM who the owners are whom the rules name; before that, contacts have none."""
        named = {one.owner for one in self._placements.values() if one.owner} - self._owners.keys()
        if isinstance(self._crm, AssignsOwners):
            self._owners |= {name: self._crm.owner_id(name) for name in named}

    def placement(self, lead: Lead) -> Placement:
        """What the rules say of it."""
        return self._placements.get(lead.id, _NOWHERE)

    def is_ownerless(self, lead: Lead) -> bool:
        """Whether the rules name an owner whom the CRM does not know."""
        owner = self.placement(lead).owner
        return owner is not None and self._owners.get(owner) is None

    def of(self, lead: Lead) -> Contact:
        """The lead as the CRM takes it."""
        if lead.id not in self._contacts:
            owner = self._owners.get(self.placement(lead).owner or "")
            self._contacts[lead.id] = self._mapped(lead, owner)
        return self._contacts[lead.id]

    def _mapped(self, lead: Lead, owner: str | None) -> Contact:
        fields = self._crm.fields(self.output(lead))
        return Contact(
            lead_id=lead.id,
            fields={**fields, OWNER: owner} if owner else fields,
            external_id=lead.external_ids.get(self._crm.target.value),
            priority=lead.priority,
            campaign=self.placement(lead).campaign,
        )

    def output(self, lead: Lead) -> dict[str, Any]:
        """The lead's output fields, as far as the privacy policy lets this CRM have them."""
        return fields_for(self._policy, Party(self._crm.target.value), lead)

    def corrected(self, lead: Lead) -> Contact:
        """The same with nothing but what the person put right."""
        contact = self.of(lead)
        fields = {name: value for name, value in contact.fields.items() if name in lead.pins}
        return replace(contact, fields=fields)

    def fingerprint(self, lead: Lead) -> str:
        """Of everything that decides what is written, but for what stands there."""
        contact = self.of(lead)
        fields = {name: value for name, value in contact.fields.items() if name not in ATTENDANT}
        placed = [contact.campaign] if contact.campaign else []
        # What was put right is looked at there even if we knew it already.
        since = {name: pin.since for name, pin in lead.pins.items()}
        said = [*placed, since] if since else placed
        text = orjson.dumps([fields, self._rules_in_words, *said], option=orjson.OPT_SORT_KEYS)
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
                approval=self._grant(contact.lead_id).approval or None,
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

    def _grant(self, lead_id: str) -> Grant:
        return self._grants.get(lead_id, _NOTHING)

    def _allowed(self, contact: Contact, record: Record | None) -> set[str]:
        """What a person allowed, as long as it is what they were shown."""
        standing = record.fields if record else {}
        return self._grant(contact.lead_id).allows(standing, contact.fields) | self._asked

    def _decided(self, contact: Contact, record: Record | None, written: Values) -> Change | Outcome:
        lead = self._leads[contact.lead_id]
        pinned = lead.pins.keys()
        allowed = self._allowed(contact, record) | pinned
        if record is None:
            if self._rules.mode is Mode.UPDATE_ONLY:
                return Done(None, {"action": NONE, "reason": "records are not created"})
            return creation(contact.fields, self._rules, allowed)
        fields = contact.fields
        if self._rules.mode is Mode.CREATE_ONLY:
            fields = {name: value for name, value in fields.items() if name in pinned}
        empty = emptied(lead) & record.fields.keys()
        if not fields and not empty:
            return Done(record.id, {"action": NONE, "reason": "records are not updated"})
        ours = Ours(providers=_providers(lead), written=written)
        change = improvement(fields, record, ours, self._rules, self._clock.now(), allowed)
        return without(change, record.fields, empty)


def _providers(lead: Lead) -> dict[str, str]:
    """Output field → who found its value; of several the last one."""
    uses = lead.enrichment.providers if lead.enrichment else ()
    return {"email" if name in _EMAIL else name: use.name for use in uses for name in use.fields}
