"""GoHighLevel as a CRM: contacts are written one by one, several at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.ghl import facts, mapping
from alpha_swarm.connectors.ghl.client import GhlClient, NotWritten
from alpha_swarm.connectors.ghl.fields import CustomFieldIds
from alpha_swarm.connectors.ghl.opportunities import Opportunities, user_id
from alpha_swarm.connectors.ghl.persons import Persons
from alpha_swarm.connectors.ghl.reading import Reading, SharedPhone
from alpha_swarm.connectors.ghl.sourcing import Sourcing
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.owners import Owners
from alpha_swarm.domain.changes import Change
from alpha_swarm.domain.effect import Again, Done, Held, outcome_of
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import STOPPING, AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.ghl.schemas import Written
    from alpha_swarm.connectors.ghl.settings import GhlConfig
    from alpha_swarm.domain.deals import Terms
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Decide
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.ports.placing import Opening
    from alpha_swarm.ports.records_in import Page

_PHONE = frozenset({"phone"})


@dataclass(frozen=True, slots=True)
class Write:
    """A contact and what is sent of it."""

    contact: Contact
    record: Record | None
    change: Change

    def body(self, field_ids: Mapping[str, str]) -> dict[str, Any]:
        """As the call takes it."""
        return mapping.contact_body(self.change.after, field_ids)


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
        http = Http(endpoint, gate, clock)
        self._client = GhlClient(http, config.location_id)
        self._deals = Opportunities(http, config.location_id)
        look_up = partial(user_id, http, config.location_id)
        self._owners = Owners(f"ghl:{config.location_id}", look_up, known, clock)
        self._field_ids = CustomFieldIds(self._client, known, config.location_id)
        self._sourcing = Sourcing(self._client, clock)

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

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """One or two calls for each contact."""
        found = self._standing(contacts, self._field_ids.all(), facts.MOST_IN_FLIGHT)
        records: dict[str, Record | Held] = {}
        for lead_id, one in found.items():
            if isinstance(one, AlphaSwarmError):
                raise one
            if isinstance(one, Record):
                records[lead_id] = one
        return records

    def calls_in(self, contacts: int) -> int:
        """A look and a write for each."""
        return 2 * contacts

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """Side by side; those that share an e-mail one after the other, lest it gives two records."""
        for wave in self._persons.waves(contacts):
            yield from self._write_wave(wave, decide, min(at_once, facts.MOST_IN_FLIGHT))

    def fetch(self, record_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Contacts by their ids."""
        return self._sourcing.fetch(record_ids)

    def changed_since(self, cursor: str | None) -> Page:
        """By the search, whose index lags."""
        return self._sourcing.changed_since(cursor)

    def owner_id(self, named: str) -> str | None:
        """The user of the location with this e-mail or id."""
        return self._owners.id_of(named)

    def obstacle(self, terms: Terms) -> str | None:
        """Why no deal can be opened on these terms."""
        return self._deals.obstacle(terms)

    def open_deals(self, openings: Sequence[Opening], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """Opportunities: a look and a write for each."""
        return self._deals.open(openings, at_once)

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """One update; the company's name is not among what an update takes."""
        body = mapping.contact_body(fields, self._field_ids.all())
        try:
            self._client.update(external_id, body)
        except NotWritten as refused:
            raise refused.verdict from None

    def erase(self, external_id: str) -> None:
        """Remove a contact."""
        self._client.delete(external_id)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _standing(
        self, contacts: Sequence[Contact], field_ids: Mapping[str, str], at_once: int
    ) -> dict[str, Record | SharedPhone | AlphaSwarmError]:
        return Reading(self._client, field_ids, at_once).of(contacts) if contacts else {}

    def _write_wave(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int
    ) -> Iterator[Mapping[str, Outcome]]:
        field_ids = self._field_ids.all()
        settled, pairs = _sorted(contacts, self._standing(contacts, field_ids, at_once))
        writes: list[Write] = []
        decided = decide(pairs) if pairs else {}
        for contact, record in pairs:
            match decided[contact.lead_id]:
                case Change(after=after) as change if after or record is None:
                    writes.append(Write(contact, record, change))
                case Change():
                    settled[contact.lead_id] = Done(record.id if record else None, {"action": "none"})
                case outcome:
                    settled[contact.lead_id] = outcome
        yield settled
        yield from self._write(writes, field_ids, at_once)

    def _write(
        self, writes: Sequence[Write], field_ids: Mapping[str, str], at_once: int
    ) -> Iterator[Mapping[str, Outcome]]:
        each = [(write.record.id if write.record else None, write.body(field_ids)) for write in writes]
        stopped: AlphaSwarmError | None = None
        for portion in self._client.write_each(each, at_once):
            answers = [(writes[place], answer) for place, answer in portion.items()]
            stopped = next((answer for _, answer in answers if isinstance(answer, STOPPING)), stopped)
            yield {
                write.contact.lead_id: self._outcome(write, answer, field_ids)
                for write, answer in answers
                if not isinstance(answer, STOPPING)
            }
        if stopped is not None:
            # What stops the target stops the rest; what took effect by then is worth keeping.
            raise stopped

    def _outcome(
        self, write: Write, answer: Written | NotWritten | AlphaSwarmError, field_ids: Mapping[str, str]
    ) -> Outcome:
        try:
            match answer:
                case AlphaSwarmError():
                    return outcome_of(answer)
                case NotWritten():
                    return self._refused(write, answer, field_ids)
                case written:
                    return self._done(write, written)
        except AlphaSwarmError as error:
            return outcome_of(error)

    def _done(self, write: Write, written: Written) -> Outcome:
        tier = write.contact.fields.get("icp_tier")
        if self._config.tags and tier:
            self._client.add_tags(written.contact.id, [tier])
        action = "create_contact" if written.new else "update_contact"
        return Done(written.contact.id, {"action": action})

    def _refused(self, write: Write, refused: NotWritten, field_ids: Mapping[str, str]) -> Outcome:
        """A custom field that somebody removed is found or created anew; what moved is looked at again."""
        if "customfields" in facts.message(refused.body):
            self._field_ids.refresh(field_ids)
            return Again("ghl no longer knows a custom field; looked up again", after=0)
        if facts.says_gone(refused.status, refused.body):
            return Again("ghl no longer has the contact; looked up again", after=0)
        rival = facts.stands_in_the_way(refused.body)
        if rival is not None:
            return self._contested(write, rival, field_ids)
        return outcome_of(refused.verdict)

    def _contested(self, write: Write, rival: str, field_ids: Mapping[str, str]) -> Outcome:
        """Another contact has this e-mail or this phone already."""
        if write.record is None:
            return Again("ghl has the contact by now; looked up again", after=0)
        if rival != "phone" or "phone" not in write.change.after:
            return Held(f"two contacts in ghl share the {rival}: merge them there")
        less = replace(write, change=_without_phone(write.change))
        try:
            return self._done(less, self._client.update(write.record.id, less.body(field_ids)))
        except NotWritten as refused:
            return outcome_of(refused.verdict)


def _sorted(
    contacts: Sequence[Contact], standing: Mapping[str, Record | SharedPhone | AlphaSwarmError]
) -> tuple[dict[str, Outcome], list[tuple[Contact, Record | None]]]:
    """Of whom nothing could be found out, and the others with what can be written of them."""
    settled: dict[str, Outcome] = {}
    pairs: list[tuple[Contact, Record | None]] = []
    for contact in contacts:
        match standing.get(contact.lead_id):
            case AlphaSwarmError() as error:
                settled[contact.lead_id] = outcome_of(error)
            case Record() as record:
                pairs.append((_without(contact, mapping.NOT_IN_UPDATE), record))
            case shared:
                pairs.append((_without(contact, _PHONE) if shared else contact, None))
    return settled, pairs


def _without(contact: Contact, names: frozenset[str]) -> Contact:
    fields = {name: value for name, value in contact.fields.items() if name not in names}
    return replace(contact, fields=fields)


def _without_phone(change: Change) -> Change:
    after = {name: value for name, value in change.after.items() if name not in _PHONE}
    return replace(change, after=after, kept={**change.kept, "phone": "another contact has it"})
