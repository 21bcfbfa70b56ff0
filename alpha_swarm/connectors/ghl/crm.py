"""GoHighLevel as a CRM: contacts are written one by one, several at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.ghl import facts, mapping
from alpha_swarm.connectors.ghl.client import GhlClient, NotWritten
from alpha_swarm.connectors.ghl.fields import CustomFieldIds
from alpha_swarm.connectors.ghl.location import Location, covers
from alpha_swarm.connectors.ghl.opportunities import Opportunities, user_id
from alpha_swarm.connectors.ghl.person import Person
from alpha_swarm.connectors.ghl.persons import Persons
from alpha_swarm.connectors.ghl.read_back import ReadBack
from alpha_swarm.connectors.ghl.reading import Reading
from alpha_swarm.connectors.ghl.search import PERSONS_A_CALL, Search
from alpha_swarm.connectors.ghl.sourcing import Sourcing
from alpha_swarm.connectors.ghl.stride import Stride
from alpha_swarm.connectors.ghl.writing import PHONE, Write, Writing, without
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.oauth import keys_of
from alpha_swarm.connectors.owners import Owners
from alpha_swarm.domain.calls.effect import Done, Held, outcome_of
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.ghl.reading import Stands
    from alpha_swarm.connectors.ghl.settings import GhlConfig
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.deals import Terms
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
    from alpha_swarm.ports.crm import Decide
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.ports.placing import Opening
    from alpha_swarm.ports.records_in import Page


class Ghl:
    """The contacts of one location."""

    def __init__(self, config: GhlConfig, gate: Gate, known: Facts, clock: Clock) -> None:
        address = (config.base_url, facts.TOKEN_PATH)
        keys = keys_of(config.keys, Target.GHL.value, address, (gate, known, clock), facts.TOKEN_FORM)
        endpoint = Endpoint(
            target=Target.GHL.value,
            base_url=config.base_url,
            keys=keys,
            verdicts=facts.VERDICTS,
            headers=facts.HEADERS,
            pool=facts.MOST_IN_FLIGHT,
        )
        self._config = config
        self._persons = Persons()
        self._stride = Stride(PERSONS_A_CALL)
        http = Http(endpoint, gate, clock)
        self._client = GhlClient(http, config.location_id)
        self._deals = Opportunities(http, config.location_id)
        look_up = partial(user_id, http, config.location_id)
        self._owners = Owners(f"ghl:{config.location_id}", look_up, known, clock)
        self._field_ids = CustomFieldIds(self._client, known, config.location_id)
        self._sourcing = Sourcing(self._client, clock)
        self._search = Search(self._client, known, config.location_id)
        self._location = Location(self._client)
        self._read_back = ReadBack(self._client, config.read_back)

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
        """One or two calls for each contact; nothing is written, not even a custom field."""
        if not contacts:
            return {}
        ids, refused_by = self._field_ids.found(), self._refused_by(contacts)
        found = Reading(self._client, self._search, ids, facts.MOST_IN_FLIGHT, refused_by).of(contacts)
        records: dict[str, Record | Held] = {}
        for lead_id, one in found.items():
            if isinstance(one, AlphaSwarmError):
                raise one
            if isinstance(one, Record | Held):
                records[lead_id] = one
        return records

    def taken(self, contact: Contact, record: Record | None) -> Contact:
        """An update takes less than a new contact."""
        return without(contact, mapping.NOT_IN_UPDATE) if record else contact

    def calls_in(self, contacts: int) -> int:
        """A look and a write for each; nearly half of it where the search finds many and nobody is there."""
        searches = -(-contacts // PERSONS_A_CALL) + 1 if self._search.trusted else 0
        return 2 * contacts + searches + self._read_back.calls_in(contacts)

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """Side by side; those that share an e-mail one after the other, lest it gives two records."""
        refused_by = self._refused_by(contacts)
        at_once = min(at_once, facts.MOST_IN_FLIGHT)
        for wave in self._persons.waves(contacts):
            yield from self._stride.through(
                wave, lambda some: self._write_wave(some, decide, refused_by, at_once)
            )

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
            self._client.write(self._client.updating(external_id, body))
        except NotWritten as refused:
            raise refused.verdict from None

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:  # noqa: ARG002 - no outreach tool
        """Removed one by one; the vendor can restore them for a while."""
        return Person(self._client, who).forget()

    def silence(self, who: Identifiers) -> Receipt:
        """Do not disturb: campaigns and workflows of the location leave them out."""
        return Person(self._client, who).silence()

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """As the location shows them."""
        return Person(self._client, who).known()

    def names(self, who: Identifiers) -> Identifiers:
        """As the records have them."""
        return Person(self._client, who).names()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _refused_by(self, contacts: Sequence[Contact]) -> frozenset[str]:
        """Asked where it decides anything: for those whose record we do not know yet, by a trusted search."""
        if all(contact.external_id for contact in contacts):
            return frozenset()
        self._search.prove_by_written()
        return self._location.refused_by() if self._search.trusted else frozenset()

    def _write_wave(
        self, contacts: Sequence[Contact], decide: Decide, refused_by: frozenset[str], at_once: int
    ) -> Iterator[Mapping[str, Outcome]]:
        reading = Reading(self._client, self._search, self._field_ids.all(), at_once, refused_by)
        settled, pairs = _sorted(contacts, reading.of(contacts))
        writes: list[Write] = []
        decided = decide(pairs) if pairs else {}
        for contact, record in pairs:
            match decided[contact.lead_id]:
                case Change(after=after) as change if after or record is None:
                    writes.append(Write(contact, record, change, creates=covers(refused_by, contact)))
                case Change():
                    settled[contact.lead_id] = Done(record.id if record else None, {"action": "none"})
                case outcome:
                    settled[contact.lead_id] = outcome
        yield settled
        writing = Writing(self._client, self._field_ids, decide, self._read_back, tags=self._config.tags)
        sent = {one.contact.lead_id: one.contact for one in writes}
        for portion in writing.of(writes, at_once):
            self._search.wrote(sent, portion)
            yield portion


def _sorted(
    contacts: Sequence[Contact], standing: Mapping[str, Stands]
) -> tuple[dict[str, Outcome], list[tuple[Contact, Record | None]]]:
    """Of whom nothing could be found out, and the others with what can be written of them."""
    settled: dict[str, Outcome] = {}
    pairs: list[tuple[Contact, Record | None]] = []
    for contact in contacts:
        match standing.get(contact.lead_id):
            case AlphaSwarmError() as error:
                settled[contact.lead_id] = outcome_of(error)
            case Held() as held:
                settled[contact.lead_id] = held
            case Record() as record:
                pairs.append((without(contact, mapping.NOT_IN_UPDATE), record))
            case shared:
                pairs.append((without(contact, PHONE) if shared else contact, None))
    return settled, pairs
