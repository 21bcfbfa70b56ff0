"""GoHighLevel as a CRM: contacts are written one by one, several at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.ghl import facts, mapping
from alpha_swarm.connectors.ghl.client import GhlClient, NotWritten
from alpha_swarm.connectors.ghl.fields import CustomFieldIds
from alpha_swarm.connectors.http import Http
from alpha_swarm.domain.effect import Done, outcome_of
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import STOPPING, AlphaSwarmError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.ghl.schemas import Written
    from alpha_swarm.connectors.ghl.settings import GhlConfig
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Contact
    from alpha_swarm.ports.edge import Facts, Gate


class Ghl:
    """The contacts of one location."""

    def __init__(self, config: GhlConfig, gate: Gate, known: Facts, clock: Clock) -> None:
        endpoint = Endpoint(
            target=Target.GHL.value,
            base_url=config.base_url,
            keys=config.keys,
            verdicts=facts.VERDICTS,
            headers=facts.HEADERS,
            pool=facts.MOST_IN_FLIGHT,
        )
        self._config = config
        self._client = GhlClient(Http(endpoint, gate, clock), config.location_id)
        self._field_ids = CustomFieldIds(self._client, known, config.location_id)

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        return Target.GHL

    def check(self) -> str:
        """Ask for the custom fields."""
        return f"ghl answers, {len(self._client.custom_fields())} custom fields in the location"

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The contact's fields, without blanks."""
        return mapping.contact_fields(payload)

    def find(self, email: str | None, phone: str | None) -> str | None:
        """The contact with this e-mail, else with this phone."""
        found = self._client.find(email=email) if email else None
        return found or (self._client.find(number=phone) if phone else None)

    def split(self, contacts: Sequence[Contact]) -> Sequence[Sequence[Contact]]:
        """Each by itself; those that share an e-mail one after the other, lest it gives two records."""
        return _by_person(contacts)

    def upsert(self, contacts: Sequence[Contact]) -> Mapping[str, Outcome]:
        """Write one contact after the other."""
        outcomes: dict[str, Outcome] = {}
        for contact in contacts:
            try:
                outcomes[contact.lead_id] = self._write(contact)
            except AlphaSwarmError as error:
                # What stops the target stops this call; but what took effect by then is worth keeping.
                if not outcomes and isinstance(error, STOPPING):
                    raise
                outcomes[contact.lead_id] = outcome_of(error)
        return outcomes

    def erase(self, external_id: str) -> None:
        """Remove a contact."""
        self._client.delete(external_id)

    def close(self) -> None:
        """Nothing is open."""

    def _write(self, contact: Contact) -> Outcome:
        field_ids = self._field_ids.of(_custom(contact))
        body = mapping.contact_body(contact.fields, field_ids)
        try:
            written = self._update_or_upsert(contact, body)
        except NotWritten as refused:
            raise self._verdict(refused, field_ids) from None
        self._tag(written.contact.id, contact)
        action = "create_contact" if written.new else "update_contact"
        return Done(written.contact.id, {"action": action})

    def _update_or_upsert(self, contact: Contact, body: Mapping[str, Any]) -> Written:
        """Update the record we know; where it is gone, upsert; where another stands in the way, take that."""
        if contact.external_id is not None:
            try:
                return self._update(contact.external_id, body)
            except NotWritten as refused:
                if not facts.says_gone(refused.status, refused.body):
                    return self._adopt(refused, body)
        try:
            return self._client.upsert(body)
        except NotWritten as refused:
            return self._adopt(refused, body)

    def _adopt(self, refused: NotWritten, body: Mapping[str, Any]) -> Written:
        """The contact that a duplicate's refusal names is the one to update."""
        standing = facts.duplicate_of(refused.body)
        if standing is None:
            raise refused
        return self._update(standing, body)

    def _update(self, contact_id: str, body: Mapping[str, Any]) -> Written:
        allowed = {name: value for name, value in body.items() if name not in mapping.NOT_IN_UPDATE}
        return self._client.update(contact_id, allowed)

    def _verdict(self, refused: NotWritten, field_ids: Mapping[str, str]) -> Exception:
        """A custom field that somebody removed is found or created anew; anything else stands."""
        if "customfields" in facts.message(refused.body):
            self._field_ids.refresh(field_ids)
            return RetryLaterError("ghl no longer knows a custom field; looked up again", after=0)
        return refused.verdict

    def _tag(self, contact_id: str, contact: Contact) -> None:
        tier = _custom(contact).get("icp_tier")
        if self._config.tags and tier:
            self._client.add_tags(contact_id, [tier])


def _custom(contact: Contact) -> Mapping[str, str]:
    custom: Mapping[str, str] = contact.fields.get(mapping.CUSTOM_FIELDS, {})
    return custom


def _by_person(contacts: Sequence[Contact]) -> list[list[Contact]]:
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        person = contact.fields.get("email") or contact.fields.get("phone") or contact.lead_id
        groups.setdefault(person.lower(), []).append(contact)
    return list(groups.values())
