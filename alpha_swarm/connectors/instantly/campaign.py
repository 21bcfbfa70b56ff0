"""One campaign: who stands in it is improved, who does not is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.instantly import facts, mapping
from alpha_swarm.connectors.instantly.improving import Improving
from alpha_swarm.connectors.instantly.upload import Upload
from alpha_swarm.domain.changes import Change
from alpha_swarm.domain.effect import Done, Refused
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.instantly.client import InstantlyClient
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Contact, Decide

_ELSEWHERE = {"action": "none", "note": "stands in another campaign and stays there"}


class Campaign:
    """The leads of one campaign, by their e-mails in lower case."""

    def __init__(self, client: InstantlyClient, campaign_id: str, at_once: int = 1) -> None:
        self._client = client
        self._id = campaign_id
        self._improving = Improving(client, at_once)

    def standing(self, persons: Mapping[str, Contact]) -> dict[str, LeadRecord]:
        """Those of the campaign, and those known to be theirs in whatever campaign they stand by now."""
        found = self._look_up(list(persons))
        away = {email: one for email, one in persons.items() if one.external_id and email not in found}
        return found | self._theirs(away)

    def upsert(self, persons: Mapping[str, Contact], decide: Decide) -> Iterator[dict[str, Outcome]]:
        """E-mail → contact, each once. Raises what stops the target, after what took effect by then."""
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
        yield from self._improving.of(
            {email: (persons[email], one) for email, one in standing.items()}, decide
        )
        for emails in _chunks(list(added), facts.MOST_LEADS):
            yield from self._add({email: added[email] for email in emails}, decide)

    def _add(
        self, additions: Mapping[str, tuple[Contact, Change]], decide: Decide
    ) -> Iterator[dict[str, Outcome]]:
        """Whoever stands there already is skipped by the service, then found and updated by us."""
        try:
            leads = [mapping.lead_body(one.after) for _, one in additions.values()]
            added = self._client.add_leads(leads, self._id)
        except GiveUpError as refused:
            yield from self._isolate(additions, refused, decide)
            return
        upload = Upload(list(additions), added)
        standing = self._look_up(upload.without_id)
        missing = [email for email in upload.without_id if email not in standing]
        elsewhere = first_of_each(self._client, missing, None)
        yield {
            **{email: upload.outcome(email) for email in additions if email not in standing},
            **{email: Done(one.id, _ELSEWHERE) for email, one in elsewhere.items()},
        }
        yield from self._improving.of(
            {email: (additions[email][0], one) for email, one in standing.items()}, decide
        )

    def _isolate(
        self, additions: Mapping[str, tuple[Contact, Change]], refused: GiveUpError, decide: Decide
    ) -> Iterator[dict[str, Outcome]]:
        """Nothing of a refused call was taken and nobody is named, so each half is tried alone."""
        emails = list(additions)
        if len(emails) == 1 or refused.cause == facts.NO_CAMPAIGN:
            yield dict.fromkeys(emails, Refused(refused.cause, str(refused)))
            return
        middle = len(emails) // 2
        for half in (emails[:middle], emails[middle:]):
            yield from self._add({email: additions[email] for email in half}, decide)

    def _look_up(self, emails: Sequence[str]) -> dict[str, LeadRecord]:
        return first_of_each(self._client, emails, self._id)

    def _theirs(self, persons: Mapping[str, Contact]) -> dict[str, LeadRecord]:
        """Wherever in the workspace they are."""
        ids = {contact.external_id for contact in persons.values()}
        found = _listed(self._client, list(persons), None)
        return {_email(record): record for record in found if record.id in ids}


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


def _chunks(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
