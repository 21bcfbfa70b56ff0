"""GoHighLevel as a CRM: contacts are written one by one, several at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.ghl import facts, mapping
from alpha_swarm.connectors.ghl.client import GhlClient, NotWritten
from alpha_swarm.connectors.ghl.fields import CustomFieldIds
from alpha_swarm.connectors.ghl.persons import Persons
from alpha_swarm.connectors.http import Http
from alpha_swarm.domain.effect import Done, outcome_of
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import STOPPING, AlphaSwarmError, RetryLaterError
from alpha_swarm.ports.crm import Contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.ghl.schemas import Written
    from alpha_swarm.connectors.ghl.settings import GhlConfig
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.edge import Facts, Gate


@dataclass(frozen=True, slots=True)
class Write:
    """A contact and what is sent of it."""

    contact: Contact
    body: Mapping[str, Any]
    field_ids: Mapping[str, str]


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
        self._persons = Persons()
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

    def calls_in(self, contacts: int) -> int:
        """One for each."""
        return contacts

    def upsert(self, contacts: Sequence[Contact], at_once: int = 1) -> Iterator[Mapping[str, Outcome]]:
        """Side by side; those that share an e-mail one after the other, lest it gives two records."""
        for wave in self._persons.waves(contacts):
            yield from self._write_wave(wave, min(at_once, facts.MOST_IN_FLIGHT))

    def erase(self, external_id: str) -> None:
        """Remove a contact."""
        self._client.delete(external_id)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _write_wave(self, contacts: Sequence[Contact], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        field_ids = self._field_ids.of({name for contact in contacts for name in _custom(contact)})
        writes = [
            Write(contact, mapping.contact_body(contact.fields, field_ids), field_ids) for contact in contacts
        ]
        each = [(write.contact.external_id, write.body) for write in writes]
        stopped: AlphaSwarmError | None = None
        for portion in self._client.write_each(each, at_once):
            answers = [(writes[place], answer) for place, answer in portion.items()]
            stopped = next((answer for _, answer in answers if isinstance(answer, STOPPING)), stopped)
            yield {
                write.contact.lead_id: self._outcome(write, answer)
                for write, answer in answers
                if not isinstance(answer, STOPPING)
            }
        if stopped is not None:
            # What stops the target stops the rest; what took effect by then is worth keeping.
            raise stopped

    def _outcome(self, write: Write, answer: Written | NotWritten | AlphaSwarmError) -> Outcome:
        try:
            written = self._second_try(write, answer) if isinstance(answer, NotWritten) else answer
            if isinstance(written, AlphaSwarmError):
                return outcome_of(written)
            self._tag(written.contact.id, write.contact)
        except AlphaSwarmError as error:
            return outcome_of(error)
        action = "create_contact" if written.new else "update_contact"
        return Done(written.contact.id, {"action": action})

    def _second_try(self, write: Write, refused: NotWritten) -> Written | AlphaSwarmError:
        """Where the record we know is gone, upsert; where another stands in the way, take that."""
        try:
            if write.contact.external_id is None or not facts.says_gone(refused.status, refused.body):
                return self._adopt(refused, write.body)
            return self._upsert(write.body)
        except NotWritten as final:
            return self._verdict(final, write.field_ids)

    def _upsert(self, body: Mapping[str, Any]) -> Written:
        try:
            return self._client.upsert(body)
        except NotWritten as refused:
            return self._adopt(refused, body)

    def _adopt(self, refused: NotWritten, body: Mapping[str, Any]) -> Written:
        """The contact that a duplicate's refusal names is the one to update."""
        standing = facts.duplicate_of(refused.body)
        if standing is None:
            raise refused
        return self._client.update(standing, body)

    def _verdict(self, refused: NotWritten, field_ids: Mapping[str, str]) -> AlphaSwarmError:
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
