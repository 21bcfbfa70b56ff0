"""One campaign: who stands in it is improved, who does not is added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alpha_swarm.connectors.instantly import facts, mapping
from alpha_swarm.connectors.instantly.moving import STAYS_IN, Moving
from alpha_swarm.connectors.instantly.upload import Upload, added_as, stands_as_sent
from alpha_swarm.domain.changes import Change
from alpha_swarm.domain.effect import Again, Done, Refused
from alpha_swarm.errors import GiveUpError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.concurrent import Lanes
    from alpha_swarm.connectors.instantly.client import InstantlyClient
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Decide

_UPDATED = {"action": "update_contact"}
_NOTHING = {"action": "none"}


class Campaign:
    """The leads of one campaign, by their e-mails in lower case."""

    def __init__(self, client: InstantlyClient, lanes: Lanes, campaign_id: str, *, moves: bool) -> None:
        self._client = client
        self._lanes = lanes
        self._id = campaign_id
        self._moving = Moving(client, campaign_id, wanted=moves)

    def standing(self, persons: Mapping[str, Contact]) -> dict[str, LeadRecord]:
        """Those of the campaign, and those known to be theirs in whatever campaign they stand by now."""
        found = self._look_up(list(persons))
        away = {email: one for email, one in persons.items() if one.external_id and email not in found}
        return found | self._theirs(away)

    def upsert(self, persons: Mapping[str, Contact], decide: Decide) -> Iterator[dict[str, Outcome]]:
        """E-mail → contact, each once."""
        standing = self.standing({email: one for email, one in persons.items() if one.external_id})
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
        improved = self._improve({email: (persons[email], one) for email, one in standing.items()}, decide)
        yield improved | self._moving.follow(standing, improved)
        for emails in _chunks(list(added), facts.MOST_LEADS):
            yield self._add({email: added[email] for email in emails}, decide)

    def _add(self, additions: Mapping[str, tuple[Contact, Change]], decide: Decide) -> dict[str, Outcome]:
        """Whoever stands there already is skipped by the service, then found and updated by us."""
        try:
            leads = [mapping.lead_body(one.after) for _, one in additions.values()]
            added = self._client.add_leads(leads, self._id)
        except GiveUpError as refused:
            return self._isolate(additions, refused, decide)
        upload = Upload(list(additions), added)
        standing = self._look_up(upload.without_id)
        by_us = {
            email: one
            for email, one in standing.items()
            if not upload.is_clear and stands_as_sent(one, additions[email][1])
        }
        before_us = {
            email: (additions[email][0], one) for email, one in standing.items() if email not in by_us
        }
        missing = [email for email in upload.without_id if email not in standing]
        elsewhere = first_of_each(self._client, missing, None)
        return {
            **{email: upload.outcome(email) for email in additions},
            **{email: added_as(one.id) for email, one in by_us.items()},
            **self._improve(before_us, decide),
            # Whoever put them there had a reason.
            **{email: Done(one.id, _NOTHING | {STAYS_IN: one.campaign}) for email, one in elsewhere.items()},
        }

    def _isolate(
        self, additions: Mapping[str, tuple[Contact, Change]], refused: GiveUpError, decide: Decide
    ) -> dict[str, Outcome]:
        """Nothing of a refused call was taken and nobody is named, so each half is tried alone."""
        emails = list(additions)
        if len(emails) == 1 or refused.cause == facts.NO_CAMPAIGN:
            return dict.fromkeys(emails, Refused(refused.cause, str(refused)))
        middle = len(emails) // 2
        one, other = (
            {email: additions[email] for email in half} for half in (emails[:middle], emails[middle:])
        )
        return self._add(one, decide) | self._add(other, decide)

    def _look_up(self, emails: Sequence[str]) -> dict[str, LeadRecord]:
        return first_of_each(self._client, emails, self._id)

    def _theirs(self, persons: Mapping[str, Contact]) -> dict[str, LeadRecord]:
        """Wherever in the workspace they are."""
        ids = {contact.external_id for contact in persons.values()}
        found = _listed(self._client, list(persons), None)
        return {_email(record): record for record in found if record.id in ids}

    def _improve(
        self, standing: Mapping[str, tuple[Contact, LeadRecord]], decide: Decide
    ) -> dict[str, Outcome]:
        """Leads that were in the campaign already get what is better about them; one call for each."""
        if not standing:
            return {}
        decided = decide([(without_email(contact), record_of(one)) for contact, one in standing.values()])
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


def record_of(standing: LeadRecord) -> Record:
    """As the core sees it."""
    return Record(id=standing.id, fields=mapping.fields_of(standing), modified_at=standing.updated_at)


def first_of_each(
    client: InstantlyClient, emails: Sequence[str], campaign_id: str | None
) -> dict[str, LeadRecord]:
    """The leads with these e-mails; of several the first one listed."""
    found: dict[str, LeadRecord] = {}
    for record in _listed(client, emails, campaign_id):
        found.setdefault(_email(record), record)
    return {email: found[email] for email in emails if email in found}


def _listed(client: InstantlyClient, emails: Sequence[str], campaign_id: str | None) -> Iterator[LeadRecord]:
    for chunk in _chunks(emails, facts.LIST_PAGE):
        yield from client.list_leads(chunk, campaign_id)


def _email(record: LeadRecord) -> str:
    return (record.email or "").lower()


def without_email(contact: Contact) -> Contact:
    """The contact as an update takes it."""
    fields = {name: value for name, value in contact.fields.items() if name not in mapping.NOT_IN_UPDATE}
    return replace(contact, fields=fields)


def _chunks(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
