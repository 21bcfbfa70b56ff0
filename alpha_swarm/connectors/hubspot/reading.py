"""Which record stands for a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.hubspot import mapping, phones
from alpha_swarm.connectors.hubspot.schemas import ContactRecord
from alpha_swarm.domain.calls.effect import Held
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alpha_swarm.connectors.hubspot.lookup import Lookup

#: What a look came to for one contact.
Found = ContactRecord | Held | AlphaSwarmError

_TWO_RECORDS = Held("its e-mail is in one record of hubspot and its lead id in another: merge them")
_SHARED_PHONE = Held("several records of hubspot have its phone: merge them, or give one its e-mail")


class Reading:
    """One look at the portal."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def of(self, contacts: Sequence[Contact]) -> dict[str, Record | Held | AlphaSwarmError]:
        """Lead id → the record with the id we hold, else with our key or e-mail, else with the phone.

        Raises what stops the target.
        """
        found = self._by_id([one for one in contacts if one.external_id])
        found |= self._by_handles([one for one in contacts if one.lead_id not in found])
        found |= self._by_phone([one for one in contacts if one.lead_id not in found])
        return {lead_id: _record(one) for lead_id, one in found.items()}

    def _by_id(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        got = self._lookup.by_keys(one.external_id or "" for one in contacts)
        return {one.lead_id: got[one.external_id] for one in contacts if one.external_id in got}

    def _by_handles(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        """By e-mail, and by the lead id unless that has shown the record to be the lead's own."""
        emails = {one.lead_id: _email(one) for one in contacts if _email(one)}
        having = self._lookup.by_keys(emails.values(), "email")
        found: dict[str, Found] = {
            lead_id: having[email] for lead_id, email in emails.items() if email in having
        }
        unsure = [one.lead_id for one in contacts if not _is_sure(one.lead_id, found.get(one.lead_id))]
        for lead_id, own in self._lookup.by_keys(unsure, mapping.LEAD_ID).items():
            found[lead_id] = _one_of(found.get(lead_id), own)
        return found

    def _by_phone(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        """Whoever has another e-mail is another person, whatever the phone."""
        numbers = {one.lead_id: phones.national(str(one.fields.get("phone", ""))) for one in contacts}
        having = self._lookup.by_phones(number for number in numbers.values() if number)
        found: dict[str, Found] = {}
        for contact in contacts:
            standing = having.get(numbers[contact.lead_id] or "")
            if isinstance(standing, AlphaSwarmError):
                found[contact.lead_id] = standing
            elif standing:
                found |= _the_one(contact, standing)
        return found


def _email(contact: Contact) -> str:
    return str(contact.fields.get("email", ""))


def _is_sure(lead_id: str, found: Found | None) -> bool:
    """A verdict is as good as an answer: nothing is written in any case."""
    if isinstance(found, ContactRecord):
        return found.properties.get(mapping.LEAD_ID) == lead_id
    return found is not None


def _one_of(by_email: Found | None, own: ContactRecord | AlphaSwarmError) -> Found:
    if isinstance(by_email, ContactRecord) and isinstance(own, ContactRecord) and by_email.id != own.id:
        return _TWO_RECORDS
    return own


def _the_one(contact: Contact, standing: Iterable[ContactRecord]) -> dict[str, Found]:
    phone, email = str(contact.fields["phone"]), _email(contact)
    same = {
        record.id: record
        for record in standing
        if phones.may_be_same(phone, record.properties.get("phone") or "")
        and not (email and record.properties.get("email"))
    }
    if not same:
        return {}
    return {contact.lead_id: _SHARED_PHONE if len(same) > 1 else next(iter(same.values()))}


def _record(found: Found) -> Record | Held | AlphaSwarmError:
    if not isinstance(found, ContactRecord):
        return found
    fields = mapping.from_properties(found.properties)
    return Record(id=found.id, fields=fields, modified_at=found.updated_at)
