"""One campaign: who stands in it is improved, who does not is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.instantly import facts, mapping
from alpha_swarm.connectors.instantly.improving import Improving
from alpha_swarm.connectors.instantly.moving import STAYS_IN, Moving
from alpha_swarm.connectors.instantly.upload import Upload, added_as, stands_as_sent
from alpha_swarm.domain.calls.effect import Done, Refused
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.instantly.client import InstantlyClient
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Contact, Decide

_NOTHING = {"action": "none"}


class Campaign:
    """The leads of one campaign, by their e-mails in lower case."""

    def __init__(
        self, client: InstantlyClient, campaign_id: str, at_once: int = 1, *, moves: bool = False
    ) -> None:
        self._client = client
        self._id = campaign_id
        self._moving = Moving(client, campaign_id, wanted=moves)
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
        for improved in self._improving.of(
            {email: (persons[email], one) for email, one in standing.items()}, decide
        ):
            yield improved | self._moving.follow({email: standing[email] for email in improved}, improved)
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
        by_us = {
            email: one
            for email, one in standing.items()
            if not upload.is_clear and stands_as_sent(one, additions[email][1])
        }
        missing = [email for email in upload.without_id if email not in standing]
        elsewhere = first_of_each(self._client, missing, None)
        yield {
            **{email: upload.outcome(email) for email in additions if email not in standing},
            **{email: added_as(one.id) for email, one in by_us.items()},
            # Whoever put them there had a reason.
            **{email: Done(one.id, _NOTHING | {STAYS_IN: one.campaign}) for email, one in elsewhere.items()},
        }
        before_us = standing.keys() - by_us.keys()
        yield from self._improving.of(
            {email: (additions[email][0], one) for email, one in standing.items() if email in before_us},
            decide,
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
