"""Which record stands for a contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.connectors.ghl.mapping import fields_of
from alpha_swarm.connectors.ghl.schemas import ContactRecord
from alpha_swarm.domain.changes import same
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.ghl.client import GhlClient


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """There is no record, but another person's has the phone, such as a company's switchboard."""


#: What a search came to for one contact.
Found = ContactRecord | AlphaSwarmError | SharedPhone | None


class Reading:
    """One look at a location."""

    def __init__(self, client: GhlClient, field_ids: Mapping[str, str], at_once: int) -> None:
        self._client = client
        self._field_ids = field_ids
        self._at_once = at_once

    def of(self, contacts: Sequence[Contact]) -> dict[str, Record | SharedPhone | AlphaSwarmError]:
        """Lead id → the record with the id we hold, else with the e-mail, else with the phone.

        Whoever has another e-mail is another person, whatever the phone. Raises what stops the target.
        """
        found = self._by_id([contact for contact in contacts if contact.external_id])
        rest = [contact for contact in contacts if found.get(contact.lead_id) is None]
        found |= self._whole(rest, self._by_search(rest))
        return {
            lead_id: one if isinstance(one, AlphaSwarmError | SharedPhone) else self._record(one)
            for lead_id, one in found.items()
            if one is not None
        }

    def _by_id(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        ids = [contact.external_id or "" for contact in contacts]
        got = self._client.get_each(ids, self._at_once)
        return {contacts[place].lead_id: one for place, one in got.items()}

    def _by_search(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        found = self._client.find_each([_handles(contact) for contact in contacts], self._at_once)
        return {
            contacts[place].lead_id: SharedPhone() if _is_another(contacts[place], one) else one
            for place, one in found.items()
        }

    def _whole(self, contacts: Sequence[Contact], found: Mapping[str, Found]) -> dict[str, Found]:
        """Where the search shows a part of the contact, the contact is got."""
        parts = {
            lead_id: one
            for lead_id, one in found.items()
            if isinstance(one, ContactRecord) and one.custom_fields is None
        }
        asked = [contact for contact in contacts if contact.lead_id in parts]
        got = self._client.get_each([parts[contact.lead_id].id for contact in asked], self._at_once)
        return {**found, **{asked[place].lead_id: one for place, one in got.items()}}

    def _record(self, contact: ContactRecord) -> Record:
        return Record(
            id=contact.id, fields=fields_of(contact, self._field_ids), modified_at=contact.updated_at
        )


def _handles(contact: Contact) -> dict[str, str]:
    by = {"email": contact.fields.get("email"), "number": contact.fields.get("phone")}
    return {name: value for name, value in by.items() if value}


def _is_another(contact: Contact, found: Found) -> bool:
    if not isinstance(found, ContactRecord):
        return False
    ours, theirs = contact.fields.get("email"), found.model_dump().get("email")
    return bool(ours and theirs) and not same("email", ours, theirs)
