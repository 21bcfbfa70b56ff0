"""Salesforce as a CRM: what stands is read in batches, what is decided is written in collections."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.owners import Owners
from alpha_swarm.connectors.salesforce import facts, mapping, tokens
from alpha_swarm.connectors.salesforce.client import SalesforceClient
from alpha_swarm.connectors.salesforce.org import Org
from alpha_swarm.connectors.salesforce.person import Person
from alpha_swarm.connectors.salesforce.reading import Reading
from alpha_swarm.connectors.salesforce.sourcing import Sourcing
from alpha_swarm.connectors.salesforce.upserting import CHANGED, Upserting
from alpha_swarm.connectors.salesforce.users import user_id
from alpha_swarm.connectors.salesforce.writing import Writing
from alpha_swarm.connectors.text import as_text
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import GiveUpError, RetryLaterError
from alpha_swarm.ports.placing import Gap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.salesforce.layout import Layout
    from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
    from alpha_swarm.domain.calls.effect import Held, Outcome
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
    from alpha_swarm.ports.crm import Contact, Decide, Record
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.ports.records_in import Page


class Salesforce:
    """The leads of one org."""

    def __init__(self, config: SalesforceConfig, gate: Gate, known: Facts, clock: Clock) -> None:
        endpoint = Endpoint(
            target=Target.SALESFORCE.value,
            base_url=config.instance_url,
            keys=tokens.mint(config, gate, clock) or config.keys,
            verdicts=facts.VERDICTS,
            pool=facts.MOST_IN_FLIGHT,
        )
        self._config = config
        self._clock = clock
        self._client = SalesforceClient(Http(endpoint, gate, clock), config)
        self._org = Org(self._client, known, config, clock)
        look_up = partial(user_id, self._client)
        self._owners = Owners(f"salesforce:{config.instance_url}", look_up, known, clock)

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        return Target.SALESFORCE

    def check(self) -> str:
        """Look at the object's fields, and at what is left of the day's calls."""
        self._org.look()
        calls = self._client.limits().daily_calls
        return f"salesforce answers, {calls.left} of {calls.most} calls are left for today"

    def gap(self) -> Gap | None:
        """Fields that nobody made, or that we may not write."""
        missing = ", ".join(self._org.look().missing)
        detail = (
            f"{self._config.object} lacks {missing}, or the user may not write them: these values stay out"
        )
        remedy = "create them as docs/salesforce.md has them, and let the user write them"
        return Gap(detail=detail, remedy=remedy) if missing else None

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The lead's fields as texts, without blanks."""
        return mapping.lead_fields(payload)

    def find(self, email: str | None, phone: str | None) -> str | None:
        """The lead with this e-mail, else with this phone; of several the first one found."""
        with self._looking_again() as layout:
            reading = self._reading(layout, 1)
            found = reading.first("email", email) if email else None
            return found or (reading.first("phone", phone) if phone else None)

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """By the ids we hold in one call, the others by queries."""
        with self._looking_again() as layout:
            return self._reading(layout, facts.MOST_IN_FLIGHT).of(self._fitted(contacts, layout))

    def taken(self, contact: Contact, record: Record | None) -> Contact:  # noqa: ARG002 - alike for both
        """What the org has fields and room for."""
        return replace(contact, fields=self._org.layout().fit(contact.fields))

    def calls_in(self, contacts: int) -> int:
        """A collection is read by ids, by values, and written."""
        return 3 * -(-contacts // facts.MOST_WRITTEN)

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """In waves in which no record and no e-mail comes twice."""
        if not contacts:
            return
        at_once = min(at_once, facts.MOST_IN_FLIGHT)
        with self._looking_again() as layout:
            upserting = Upserting(
                self._reading(layout, at_once), Writing(self._client, layout, at_once), decide
            )
            yield from upserting.of(self._fitted(contacts, layout))
            if upserting.misfits:
                self._org.refresh(layout)

    def fetch(self, record_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """The object's records by their ids."""
        with self._looking_again() as layout:
            return self._sourcing(layout).fetch(record_ids)

    def changed_since(self, cursor: str | None) -> Page:
        """By the moment of the last change of any kind."""
        with self._looking_again() as layout:
            return self._sourcing(layout).changed_since(cursor)

    def owner_id(self, named: str) -> str | None:
        """The active user with this e-mail or id."""
        return self._owners.id_of(named)

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """One update; where the vendor wants a value, its usual placeholder stands for none."""
        with self._looking_again() as layout:
            texts = {name: as_text(value) for name, value in fields.items() if value is not None}
            emptied = dict.fromkeys(fields.keys() - texts.keys())
            self._client.update(external_id, layout.body({**emptied, **layout.fit(texts)}))

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:  # noqa: ARG002 - no outreach tool
        """Removed; the vendor keeps them in the recycle bin for 15 days."""
        with self._looking_again() as layout:
            return self._person(layout, who).forget()

    def silence(self, who: Identifiers) -> Receipt:
        """Opted out of e-mail and calls, as far as the org lets us."""
        with self._looking_again() as layout:
            return self._person(layout, who).silence()

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """With all fields that we may see."""
        with self._looking_again() as layout:
            return self._person(layout, who).known()

    def names(self, who: Identifiers) -> Identifiers:
        """As the records have them."""
        with self._looking_again() as layout:
            return self._person(layout, who).names()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _person(self, layout: Layout, who: Identifiers) -> Person:
        return Person(self._client, layout, self._config.object, who)

    def _reading(self, layout: Layout, at_once: int) -> Reading:
        return Reading(self._client, layout, self._config.object, at_once)

    def _sourcing(self, layout: Layout) -> Sourcing:
        return Sourcing(self._client, layout, self._config.object, self._clock)

    def _fitted(self, contacts: Sequence[Contact], layout: Layout) -> list[Contact]:
        fitted = [replace(contact, fields=layout.fit(contact.fields)) for contact in contacts]
        pairs = zip(contacts, fitted, strict=True)
        cut = set[str]().union(*(layout.too_long(one.fields, other.fields) for one, other in pairs))
        self._org.tell("salesforce_values_too_long", cut)
        return fitted

    @contextmanager
    def _looking_again(self) -> Iterator[Layout]:
        """The layout; where a call as a whole fails of it, it is looked at again for the next try."""
        layout = self._org.layout()
        try:
            yield layout
        except GiveUpError as error:
            if error.cause != facts.UNKNOWN_FIELD:
                raise
            self._org.refresh(layout)
            raise RetryLaterError(CHANGED, after=0) from None
