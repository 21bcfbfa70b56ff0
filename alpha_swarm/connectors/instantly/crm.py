"""Instantly as a CRM: leads are added to the campaign in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.concurrent import Lanes
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.instantly import facts, mapping
from alpha_swarm.connectors.instantly.client import InstantlyClient
from alpha_swarm.connectors.instantly.upload import Upload, email_of
from alpha_swarm.domain.effect import Done, Gone, Refused
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.connectors.instantly.settings import InstantlyConfig
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Contact
    from alpha_swarm.ports.edge import Gate

_ADDED = {"action": "add_to_campaign"}
_UPDATED = {"action": "update_contact"}
_ELSEWHERE = {"action": "update_contact", "note": "stands in another campaign and stays there"}


class Instantly:
    """The leads of one campaign."""

    def __init__(self, config: InstantlyConfig, gate: Gate, clock: Clock) -> None:
        endpoint = Endpoint(
            target=Target.INSTANTLY.value,
            base_url=config.base_url,
            keys=config.keys,
            verdicts=facts.VERDICTS,
            pool=facts.MOST_IN_FLIGHT,
        )
        self._config = config
        self._client = InstantlyClient(Http(endpoint, gate, clock), config.campaign_id)
        self._lanes = Lanes(facts.MOST_IN_FLIGHT, Target.INSTANTLY.value)

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        return Target.INSTANTLY

    def check(self) -> str:
        """Ask for the campaign."""
        self._client.get_campaign()
        return "instantly answers, the campaign is there"

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The lead's fields, without blanks."""
        return mapping.lead_fields(payload)

    def find(self, email: str | None, phone: str | None) -> str | None:  # noqa: ARG002 - no look-up by phone
        """The campaign's lead with this e-mail."""
        found = self._look_up([email.lower()]) if email else {}
        return found[email.lower()].id if email and email.lower() in found else None

    def calls_in(self, contacts: int) -> int:
        """All of them in one."""
        return min(contacts, 1)

    def upsert(self, contacts: Sequence[Contact], at_once: int = 1) -> Iterator[Mapping[str, Outcome]]:
        """Known leads are updated, the others added; of those that share an e-mail the first one is sent."""
        del at_once
        outcomes: dict[str, Outcome] = {
            contact.lead_id: Refused("no_email", "a campaign needs an e-mail")
            for contact in contacts
            if not email_of(contact)
        }
        known = [contact for contact in contacts if contact.external_id and email_of(contact)]
        updated = self._update(known)
        outcomes |= {name: outcome for name, outcome in updated.items() if not isinstance(outcome, Gone)}
        rest = [contact for contact in contacts if contact.lead_id not in outcomes]
        yield outcomes | self._add(rest)

    def erase(self, external_id: str) -> None:
        """Remove a lead."""
        self._client.delete_lead(external_id)

    def close(self) -> None:
        """End the threads."""
        self._lanes.close()

    def _add(self, contacts: Sequence[Contact]) -> dict[str, Outcome]:
        persons = _by_email(contacts)
        outcomes: dict[str, Outcome] = {}
        for emails in _chunks(list(persons), facts.MOST_LEADS):
            for email, outcome in self._add_chunk([persons[email][0] for email in emails]).items():
                outcomes |= {contact.lead_id: outcome for contact in persons[email]}
        return outcomes

    def _add_chunk(self, contacts: Sequence[Contact]) -> dict[str, Outcome]:
        """E-mail → outcome."""
        try:
            added = self._client.add_leads([contact.fields for contact in contacts])
        except GiveUpError as refused:
            return self._isolate(contacts, refused)
        upload = Upload(contacts, added)
        standing = self._look_up(upload.without_id)
        updated = self._bring_up_to_date(
            [contact for contact in contacts if email_of(contact) in standing], standing
        )
        elsewhere = self._elsewhere([email for email in upload.without_id if email not in standing])
        return {
            email_of(contact): updated.get(contact.lead_id)
            or elsewhere.get(email_of(contact))
            or upload.outcome(email_of(contact))
            for contact in contacts
        }

    def _elsewhere(self, emails: Sequence[str]) -> dict[str, Outcome]:
        """Whoever stands in another campaign is skipped by the service and is left there."""
        found = self._look_up(emails, anywhere=True) if emails else {}
        return {email: Done(record.id, _ELSEWHERE) for email, record in found.items()}

    def _isolate(self, contacts: Sequence[Contact], refused: GiveUpError) -> dict[str, Outcome]:
        """Nothing of a refused call was taken and nobody is named, so each half is tried alone."""
        if len(contacts) == 1:
            return {email_of(contacts[0]): Refused(refused.cause, str(refused))}
        middle = len(contacts) // 2
        return self._add_chunk(contacts[:middle]) | self._add_chunk(contacts[middle:])

    def _look_up(self, emails: Sequence[str], *, anywhere: bool = False) -> dict[str, LeadRecord]:
        """The leads with these e-mails; of several the first one listed."""
        found: dict[str, LeadRecord] = {}
        for chunk in _chunks(emails, facts.LIST_PAGE):
            for record in self._client.list_leads(chunk, anywhere=anywhere):
                if record.email:
                    found.setdefault(record.email.lower(), record)
        return found

    def _bring_up_to_date(
        self, contacts: Sequence[Contact], standing: Mapping[str, LeadRecord]
    ) -> dict[str, Outcome]:
        """Leads that were in the campaign already get what is new about them."""
        return self._each(
            contacts,
            lambda contact: self._bring_one_up_to_date(contact, standing[email_of(contact)]),
        )

    def _bring_one_up_to_date(self, contact: Contact, record: LeadRecord) -> Outcome:
        if not mapping.says_the_same(contact.fields, record.model_dump()):
            self._client.update_lead(record.id, mapping.update_body(contact.fields))
        return Done(record.id, _ADDED)

    def _update(self, contacts: Sequence[Contact]) -> dict[str, Outcome]:
        """Lead id → outcome, ``Gone`` for one that is no longer there."""
        return self._each(contacts, self._update_one)

    def _update_one(self, contact: Contact) -> Outcome:
        record_id, body = contact.external_id or "", mapping.update_body(contact.fields)
        if body and not self._client.update_lead(record_id, body):
            return Gone("instantly has no such lead")
        return Done(record_id, _UPDATED)

    def _each(
        self, contacts: Sequence[Contact], function: Callable[[Contact], Outcome]
    ) -> dict[str, Outcome]:
        """One call for each contact, several at a time."""
        outcomes = self._lanes.map(function, [[contact] for contact in contacts], facts.MOST_IN_FLIGHT)
        return {contact.lead_id: group[0] for contact, group in zip(contacts, outcomes, strict=True)}


def _by_email(contacts: Sequence[Contact]) -> dict[str, list[Contact]]:
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        groups.setdefault(email_of(contact), []).append(contact)
    return groups


def _chunks(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
