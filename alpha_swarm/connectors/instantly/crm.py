"""Instantly as a CRM: leads are added to the campaign in batches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.concurrent import Lanes
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.instantly import facts, mapping
from alpha_swarm.connectors.instantly.client import InstantlyClient
from alpha_swarm.connectors.instantly.upload import Upload, email_of
from alpha_swarm.domain.changes import Change
from alpha_swarm.domain.effect import Again, Done, Refused
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import GiveUpError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.connectors.instantly.settings import InstantlyConfig
    from alpha_swarm.domain.effect import Held, Outcome
    from alpha_swarm.ports.crm import Decide
    from alpha_swarm.ports.edge import Gate

_UPDATED = {"action": "update_contact"}
_NOTHING = {"action": "none"}
_ELSEWHERE = {"action": "none", "note": "stands in another campaign and stays there"}


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

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """By e-mail, which is what tells leads apart and never changes."""
        standing = self._look_up([email_of(contact) for contact in contacts if email_of(contact)])
        return {
            contact.lead_id: _record(standing[email_of(contact)])
            for contact in contacts
            if email_of(contact) in standing
        }

    def calls_in(self, contacts: int) -> int:
        """All of them in one."""
        return min(contacts, 1)

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """Known leads are updated, the others added; of those that share an e-mail the last one is sent."""
        del at_once
        yield {
            contact.lead_id: Refused("no_email", "a campaign needs an e-mail")
            for contact in contacts
            if not email_of(contact)
        }
        persons = _by_email([contact for contact in contacts if email_of(contact)])
        for portion in self._upsert({email: one[-1] for email, one in persons.items()}, decide):
            yield {
                contact.lead_id: outcome if contact is persons[email][-1] else _in_company(outcome)
                for email, outcome in portion.items()
                for contact in persons[email]
            }

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """One update."""
        if not self._client.update_lead(external_id, mapping.lead_body(fields)):
            raise GiveUpError("instantly has no such lead", cause="gone")

    def erase(self, external_id: str) -> None:
        """Remove a lead."""
        self._client.delete_lead(external_id)

    def close(self) -> None:
        """End the threads."""
        self._lanes.close()

    def _upsert(self, persons: Mapping[str, Contact], decide: Decide) -> Iterator[dict[str, Outcome]]:
        """E-mail → contact, each once."""
        standing = self._look_up([email for email, contact in persons.items() if contact.external_id])
        absent = {email: contact for email, contact in persons.items() if email not in standing}
        decided = decide([(contact, None) for contact in absent.values()]) if absent else {}
        added = {
            email: (contact, change)
            for email, contact in absent.items()
            if isinstance(change := decided[contact.lead_id], Change)
        }
        # What is not to be added may have to be updated, if it is there.
        standing |= self._look_up([email for email in absent if email not in added])
        yield {
            email: outcome
            for email, contact in absent.items()
            if email not in standing and not isinstance(outcome := decided[contact.lead_id], Change)
        }
        yield self._improve({email: (persons[email], one) for email, one in standing.items()}, decide)
        for emails in _chunks(list(added), facts.MOST_LEADS):
            yield self._add({email: added[email] for email in emails}, decide)

    def _add(self, additions: Mapping[str, tuple[Contact, Change]], decide: Decide) -> dict[str, Outcome]:
        """Whoever stands there already is skipped by the service, then found and updated by us."""
        try:
            added = self._client.add_leads([mapping.lead_body(one.after) for _, one in additions.values()])
        except GiveUpError as refused:
            return self._isolate(additions, refused, decide)
        upload = Upload(list(additions), added)
        standing = self._look_up(upload.without_id)
        missing = [email for email in upload.without_id if email not in standing]
        elsewhere = self._look_up(missing, anywhere=True)
        return {
            **{email: upload.outcome(email) for email in additions},
            **self._improve({email: (additions[email][0], one) for email, one in standing.items()}, decide),
            **{email: Done(one.id, _ELSEWHERE) for email, one in elsewhere.items()},
        }

    def _isolate(
        self, additions: Mapping[str, tuple[Contact, Change]], refused: GiveUpError, decide: Decide
    ) -> dict[str, Outcome]:
        """Nothing of a refused call was taken and nobody is named, so each half is tried alone."""
        emails = list(additions)
        if len(emails) == 1:
            return {emails[0]: Refused(refused.cause, str(refused))}
        middle = len(emails) // 2
        one, other = (
            {email: additions[email] for email in half} for half in (emails[:middle], emails[middle:])
        )
        return self._add(one, decide) | self._add(other, decide)

    def _look_up(self, emails: Sequence[str], *, anywhere: bool = False) -> dict[str, LeadRecord]:
        """The leads with these e-mails; of several the first one listed."""
        found: dict[str, LeadRecord] = {}
        for chunk in _chunks(emails, facts.LIST_PAGE):
            for record in self._client.list_leads(chunk, anywhere=anywhere):
                if record.email:
                    found.setdefault(record.email.lower(), record)
        return {email: found[email] for email in emails if email in found}

    def _improve(
        self, standing: Mapping[str, tuple[Contact, LeadRecord]], decide: Decide
    ) -> dict[str, Outcome]:
        """Leads that were in the campaign already get what is better about them; one call for each."""
        if not standing:
            return {}
        decided = decide([(_without_email(contact), _record(one)) for contact, one in standing.values()])
        outcomes = self._lanes.map(
            lambda improvement: self._improve_one(*improvement),
            [[(one, decided[contact.lead_id])] for contact, one in standing.values()],
            facts.MOST_IN_FLIGHT,
        )
        return {email: outcome for email, (outcome,) in zip(standing, outcomes, strict=True)}

    def _improve_one(self, standing: LeadRecord, decided: Change | Outcome) -> Outcome:
        if not isinstance(decided, Change):
            return decided
        if not decided.after:
            return Done(standing.id, _NOTHING)
        if not self._client.update_lead(standing.id, mapping.update_body(decided.after, standing)):
            return Again("instantly no longer has the lead; looked up again", after=0)
        return Done(standing.id, _UPDATED)


def _record(standing: LeadRecord) -> Record:
    return Record(id=standing.id, fields=mapping.fields_of(standing), modified_at=standing.updated_at)


def _without_email(contact: Contact) -> Contact:
    fields = {name: value for name, value in contact.fields.items() if name not in mapping.NOT_IN_UPDATE}
    return replace(contact, fields=fields)


def _in_company(outcome: Outcome) -> Outcome:
    """For a lead whose namesake was sent."""
    return Done(outcome.reference, _NOTHING) if isinstance(outcome, Done) else outcome


def _by_email(contacts: Sequence[Contact]) -> dict[str, list[Contact]]:
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        groups.setdefault(email_of(contact), []).append(contact)
    return groups


def _chunks(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
