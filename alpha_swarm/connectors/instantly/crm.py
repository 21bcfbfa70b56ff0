"""Instantly as a CRM: leads are added to campaigns in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.instantly import facts, mapping
from alpha_swarm.connectors.instantly.campaign import Campaign, first_of_each
from alpha_swarm.connectors.instantly.client import InstantlyClient
from alpha_swarm.connectors.instantly.improving import record_of, without_email
from alpha_swarm.connectors.instantly.person import Person
from alpha_swarm.connectors.instantly.upload import email_of
from alpha_swarm.domain.calls.effect import Done, Refused
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import GiveUpError, WrongAddressError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.instantly.settings import InstantlyConfig
    from alpha_swarm.domain.calls.effect import Held, Outcome
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
    from alpha_swarm.ports.crm import Contact, Decide, Record
    from alpha_swarm.ports.edge import Gate

_NOTHING = {"action": "none"}


class Instantly:
    """The leads of one campaign, and of those that rules name in its place."""

    def __init__(self, config: InstantlyConfig, gate: Gate, clock: Clock) -> None:
        endpoint = Endpoint(
            target=Target.INSTANTLY.value,
            base_url=config.base_url,
            keys=config.keys,
            verdicts=facts.VERDICTS,
            pool=facts.MOST_IN_FLIGHT,
        )
        self._config = config
        self._http = Http(endpoint, gate, clock)
        self._client = InstantlyClient(self._http, config.campaign_id)

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        return Target.INSTANTLY

    def check(self) -> str:
        """Ask for the campaign."""
        self._client.get_campaign(self._config.campaign_id)
        return "instantly answers, the campaign is there"

    def has_campaign(self, campaign_id: str) -> bool:
        """Whether it is there."""
        try:
            self._client.get_campaign(campaign_id)
        except (GiveUpError, WrongAddressError):
            return False
        return True

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The lead's fields, without blanks."""
        return mapping.lead_fields(payload)

    def find(self, email: str | None, phone: str | None) -> str | None:  # noqa: ARG002 - no look-up by phone
        """A lead with this e-mail, in whatever campaign."""
        found = first_of_each(self._client, [email.lower()], None) if email else {}
        return found[email.lower()].id if email and email.lower() in found else None

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """By e-mail, which is what tells leads apart and never changes."""
        found: dict[str, Record | Held] = {}
        for campaign, group in self._campaigns(contacts):
            persons = _by_email(group)
            standing = campaign.standing({email: one[-1] for email, one in persons.items()})
            for email, record in standing.items():
                found |= {contact.lead_id: record_of(record) for contact in persons[email]}
        return found

    def taken(self, contact: Contact, record: Record | None) -> Contact:
        """An update takes no e-mail."""
        return without_email(contact) if record else contact

    def calls_in(self, contacts: int) -> int:
        """An update for each at the most, an upload, and two looks at each page of them."""
        return contacts + 1 + 2 * (contacts // facts.LIST_PAGE + 2)

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """Known leads are updated, the others added; of those that share an e-mail the last one is sent."""
        yield {
            contact.lead_id: Refused("no_email", "a campaign needs an e-mail")
            for contact in contacts
            if not email_of(contact)
        }
        for campaign, group in self._campaigns(contacts, min(at_once, facts.MOST_IN_FLIGHT)):
            persons = _by_email(group)
            for portion in campaign.upsert({email: one[-1] for email, one in persons.items()}, decide):
                yield {
                    contact.lead_id: outcome if contact is persons[email][-1] else _in_company(outcome)
                    for email, outcome in portion.items()
                    for contact in persons[email]
                }

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """A look and an update: custom variables are replaced all together, people's own too."""
        standing = self._client.get_lead(external_id)
        if standing is None or not self._client.update_lead(
            external_id, mapping.update_body(fields, standing)
        ):
            raise GiveUpError("instantly has no such lead", cause="gone")

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:
        """From campaigns and lists; ``barred`` puts the e-mails on the block list."""
        return Person(self._client, who).forget(barred=barred)

    def silence(self, who: Identifiers) -> Receipt:
        """Out of all campaigns, and onto the block list."""
        return Person(self._client, who).silence()

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """From campaigns and lists."""
        return Person(self._client, who).known()

    def names(self, who: Identifiers) -> Identifiers:
        """As the records have them."""
        return Person(self._client, who).names()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _campaigns(
        self, contacts: Sequence[Contact], at_once: int = 1
    ) -> list[tuple[Campaign, list[Contact]]]:
        """Each with those who go there, whoever has no e-mail left out."""
        groups: dict[str, list[Contact]] = {}
        for contact in contacts:
            if email_of(contact):
                groups.setdefault(contact.campaign or self._config.campaign_id, []).append(contact)
        return [
            (Campaign(self._client, one, at_once, moves=self._config.moves), group)
            for one, group in groups.items()
        ]


def _in_company(outcome: Outcome) -> Outcome:
    """For a lead whose namesake was sent."""
    return Done(outcome.reference, _NOTHING) if isinstance(outcome, Done) else outcome


def _by_email(contacts: Sequence[Contact]) -> dict[str, list[Contact]]:
    groups: dict[str, list[Contact]] = {}
    for contact in contacts:
        groups.setdefault(email_of(contact), []).append(contact)
    return groups
