"""Leads that stand in a campaign get what is better about them: one call for each, several at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.instantly import mapping
from alpha_swarm.domain.calls.effect import Again, Done, outcome_of
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.errors import STOPPING, AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alpha_swarm.connectors.instantly.client import InstantlyClient
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Decide

#: An e-mail → a lead's id and the body of its update.
Updates = dict[str, tuple[str, dict[str, Any]]]

_UPDATED = {"action": "update_contact"}
_NOTHING = {"action": "none"}
_GONE = Again("instantly no longer has the lead; looked up again", after=0)


class Improving:
    """The updates of one batch."""

    def __init__(self, client: InstantlyClient, at_once: int) -> None:
        self._client = client
        self._at_once = at_once

    def of(
        self, standing: Mapping[str, tuple[Contact, LeadRecord]], decide: Decide
    ) -> Iterator[dict[str, Outcome]]:
        """E-mail → outcome, in portions as the answers come.

        Raises what stops the target, after what took effect by then.
        """
        if not standing:
            return
        decided = decide([(without_email(contact), record_of(one)) for contact, one in standing.values()])
        updates: Updates = {}
        settled: dict[str, Outcome] = {}
        for email, (contact, one) in standing.items():
            match decided[contact.lead_id]:
                case Change(after=after) if after:
                    updates[email] = one.id, mapping.update_body(after, one)
                case Change():
                    settled[email] = Done(one.id, _NOTHING)
                case outcome:
                    settled[email] = outcome
        yield settled
        yield from self._sent(updates)

    def _sent(self, updates: Updates) -> Iterator[dict[str, Outcome]]:
        emails, stopped = list(updates), None
        for portion in self._client.update_each(list(updates.values()), self._at_once):
            stopped = next((came for came in portion.values() if isinstance(came, STOPPING)), stopped)
            yield {
                emails[place]: _outcome(updates[emails[place]][0], came)
                for place, came in portion.items()
                if not isinstance(came, STOPPING)
            }
        if stopped is not None:
            raise stopped


def record_of(standing: LeadRecord) -> Record:
    """As the core sees it."""
    return Record(id=standing.id, fields=mapping.fields_of(standing), modified_at=standing.updated_at)


def _outcome(lead_id: str, came: bool | AlphaSwarmError) -> Outcome:  # noqa: FBT001 - an answer
    if isinstance(came, AlphaSwarmError):
        return outcome_of(came)
    return Done(lead_id, _UPDATED) if came else _GONE


def without_email(contact: Contact) -> Contact:
    """The contact as an update takes it."""
    fields = {name: value for name, value in contact.fields.items() if name not in mapping.NOT_IN_UPDATE}
    return replace(contact, fields=fields)
