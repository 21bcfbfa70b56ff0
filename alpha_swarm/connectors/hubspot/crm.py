"""HubSpot as a CRM: contacts are read, decided upon and written in batches."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.hubspot import facts, mapping, phones
from alpha_swarm.connectors.hubspot.client import HubSpotClient
from alpha_swarm.connectors.hubspot.deals import Deals
from alpha_swarm.connectors.hubspot.lookup import Lookup
from alpha_swarm.connectors.hubspot.owners import owner_id
from alpha_swarm.connectors.hubspot.person import Person
from alpha_swarm.connectors.hubspot.properties import OwnProperties
from alpha_swarm.connectors.hubspot.reading import Reading
from alpha_swarm.connectors.hubspot.sourcing import Sourcing
from alpha_swarm.connectors.hubspot.writes import Write
from alpha_swarm.connectors.hubspot.writing import LACKING, Try, Writing
from alpha_swarm.connectors.oauth import keys_of
from alpha_swarm.connectors.owners import Owners
from alpha_swarm.domain.calls.effect import Done, Held, outcome_of
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import AlphaSwarmError, GiveUpError
from alpha_swarm.ports.crm import Contact, Record
from alpha_swarm.ports.placing import Gap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.hubspot.settings import HubSpotConfig
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.deals import Terms
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
    from alpha_swarm.ports.crm import Decide
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.ports.placing import Opening
    from alpha_swarm.ports.records_in import Page

_REMEDY = "remove them there, run doctor once more, and restart: they are made anew"


class HubSpot:
    """The contacts of one portal."""

    def __init__(self, config: HubSpotConfig, gate: Gate, known: Facts, clock: Clock) -> None:
        address = (config.base_url, facts.TOKEN_PATH)
        endpoint = Endpoint(
            target=Target.HUBSPOT.value,
            base_url=config.base_url,
            keys=keys_of(config.keys, Target.HUBSPOT.value, address, (gate, known, clock)),
            verdicts=facts.verdicts(config.time_zone),
            pool=facts.MOST_IN_FLIGHT,
        )
        self._http = Http(endpoint, gate, clock)
        self._client = HubSpotClient(self._http, config.version)
        self._own = OwnProperties(self._client, known)
        self._sourcing = Sourcing(self._client, self._lookup(facts.MOST_IN_FLIGHT), clock)
        self._deals = Deals(self._http, config.version, known)
        self._owners = Owners("hubspot", partial(owner_id, self._http, config.version), known, clock)

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        return Target.HUBSPOT

    def check(self) -> str:
        """Ask whose portal it is."""
        return f"hubspot answers, portal {self._client.account().portal_id}"

    def gap(self) -> Gap | None:
        """Properties that are of another kind than ours."""
        unfit = ", ".join(self._own.unfit())
        detail = f"hubspot has these properties another way, so that their values stay out: {unfit}"
        return Gap(detail=detail, remedy=_REMEDY) if unfit else None

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Texts, without blanks."""
        return mapping.contact_fields(payload)

    def find(self, email: str | None, phone: str | None) -> str | None:
        """The contact with this e-mail, else the only one with this phone."""
        lookup, number = self._lookup(1), phones.national(phone or "")
        found = lookup.by_keys([email.lower()], "email") if email else {}
        same = lookup.by_phones([number]) if number and not found else {}
        for one in (*found.values(), *same.values()):
            if isinstance(one, AlphaSwarmError):
                raise one
            if not isinstance(one, list):
                return one.id
            if len(one) == 1:
                return one[0].id
        return None

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """By id, e-mail, lead id and phone."""
        found: dict[str, Record | Held] = {}
        for lead_id, one in Reading(self._lookup(facts.MOST_IN_FLIGHT)).of(contacts).items():
            if isinstance(one, AlphaSwarmError):
                raise one
            found[lead_id] = one
        return found

    def taken(self, contact: Contact, record: Record | None) -> Contact:  # noqa: ARG002 - alike for both
        """What the portal has properties for, as far as that was looked at."""
        return _with(Try(contact), self._own.known()).contact

    def calls_in(self, contacts: int) -> int:
        """A hundred in one."""
        return -(-contacts // facts.MOST_INPUTS)

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """In turns, in which nobody is written twice: who shares a record with another one waits for his."""
        waiting = [Try(contact) for contact in contacts]
        while waiting:
            turn, waiting = _apart(waiting)
            for portion in self._turn(turn, decide, at_once):
                waiting += [one for one in portion.values() if isinstance(one, Try)]
                outcomes = {lead_id: one for lead_id, one in portion.items() if not isinstance(one, Try)}
                if outcomes:
                    yield outcomes

    def fetch(self, record_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Contacts by their ids."""
        return self._sourcing.fetch(record_ids)

    def changed_since(self, cursor: str | None) -> Page:
        """By the search, whose index lags."""
        return self._sourcing.changed_since(cursor)

    def owner_id(self, named: str) -> str | None:
        """The owner with this e-mail or id."""
        return self._owners.id_of(named)

    def obstacle(self, terms: Terms) -> str | None:
        """Why no deal can be opened on these terms."""
        return self._deals.obstacle(terms)

    def open_deals(self, openings: Sequence[Opening], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """A hundred in one call."""
        return self._deals.open(openings, at_once)

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """One update."""
        if not self._client.update(external_id, mapping.to_properties(fields)):
            raise GiveUpError("hubspot has no such contact", cause="gone")

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:  # noqa: ARG002 - no outreach tool
        """Erased for good, as the law of privacy has it."""
        return self._person(who).forget()

    def silence(self, who: Identifiers) -> Receipt:
        """Unsubscribed by a person, where anybody is there."""
        return self._person(who).silence()

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """With all properties that have a value."""
        return self._person(who).known()

    def names(self, who: Identifiers) -> Identifiers:
        """As the records have them."""
        return self._person(who).names()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _person(self, who: Identifiers) -> Person:
        return Person(self._http, self._client, self._lookup(facts.MOST_IN_FLIGHT), who)

    def _lookup(self, at_once: int) -> Lookup:
        return Lookup(self._http, self._client, at_once)

    def _turn(
        self, turn: Sequence[Try], decide: Decide, at_once: int
    ) -> Iterator[Mapping[str, Outcome | Try]]:
        usable = self._own.usable()
        standing = Reading(self._lookup(at_once)).of([one.contact for one in turn])
        settled, pairs = _sorted(turn, standing, usable)
        decided = decide([(one.contact, record) for one, record in pairs]) if pairs else {}
        writes: list[Write] = []
        for one, record in pairs:
            match decided[one.contact.lead_id]:
                case Change(after=after) as change if after or record is None:
                    writes.append(Write(contact=one.contact, record=record, change=change, tries=one.number))
                case Change():
                    settled[one.contact.lead_id] = Done(record.id if record else None, {"action": "none"})
                case outcome:
                    settled[one.contact.lead_id] = outcome
        yield settled
        for portion in Writing(self._http, self._client, at_once).of(writes):
            yield portion
            if LACKING in portion.values():
                self._own.refresh(usable)


def _sorted(
    turn: Sequence[Try], standing: Mapping[str, Record | Held | AlphaSwarmError], usable: frozenset[str]
) -> tuple[dict[str, Outcome | Try], list[tuple[Try, Record | None]]]:
    """Who is not written now, and the others with what stands for them: no record twice."""
    settled: dict[str, Outcome | Try] = {}
    pairs: list[tuple[Try, Record | None]] = []
    taken: set[str] = set()
    for one in turn:
        match standing.get(one.contact.lead_id):
            case AlphaSwarmError() as error:
                settled[one.contact.lead_id] = outcome_of(error)
            case Held() as held:
                settled[one.contact.lead_id] = held
            case Record() as record if record.id in taken:
                settled[one.contact.lead_id] = one
            case record:
                taken |= {record.id} if record else set()
                pairs.append((_with(one, usable), record))
    return settled, pairs


def _with(one: Try, usable: frozenset[str]) -> Try:
    """The contact with what the portal takes of it."""
    if one.contact.fields.keys() <= usable:
        return one
    fields = {name: value for name, value in one.contact.fields.items() if name in usable}
    return Try(replace(one.contact, fields=fields), one.number)


def _apart(waiting: Sequence[Try]) -> tuple[list[Try], list[Try]]:
    """The first of each person, and those who come after; who is known by an e-mail is told apart by it."""
    first: dict[str, Try] = {}
    for one in waiting:
        first.setdefault(_person(one.contact), one)
    turn = set(map(id, first.values()))
    return list(first.values()), [one for one in waiting if id(one) not in turn]


def _person(contact: Contact) -> str:
    fields = contact.fields
    return str(fields.get("email") or fields.get("phone") or contact.lead_id)
