"""Which record stands for a contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.connectors.ghl.location import covers
from alpha_swarm.connectors.ghl.mapping import fields_of
from alpha_swarm.connectors.ghl.schemas import ContactRecord
from alpha_swarm.domain.calls.effect import Held
from alpha_swarm.domain.crm.changes import same
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.search import Search


@dataclass(frozen=True, slots=True)
class SharedPhone:
    """There is no record, but another person's has the phone, such as a company's switchboard."""


#: What a search came to for one contact.
Found = ContactRecord | AlphaSwarmError | SharedPhone | Held | None
#: What stands for a contact.
Stands = Record | SharedPhone | Held | AlphaSwarmError

_SEVERAL = Held("several contacts in ghl have its e-mail or its phone: merge them there")


class Reading:
    """One look at a location, which refuses duplicates by the fields ``refused_by``."""

    def __init__(
        self,
        client: GhlClient,
        search: Search,
        field_ids: Mapping[str, str],
        at_once: int,
        refused_by: frozenset[str] = frozenset(),
    ) -> None:
        self._client = client
        self._search = search
        self._field_ids = field_ids
        self._at_once = at_once
        self._refused_by = refused_by

    def of(self, contacts: Sequence[Contact]) -> dict[str, Stands]:
        """Lead id → the record with the id we hold, else with the e-mail, else with the phone.

        Whoever has another e-mail is another person, whatever the phone. Raises what stops the target.
        """
        found = self._by_id([contact for contact in contacts if contact.external_id])
        rest = [contact for contact in contacts if found.get(contact.lead_id) is None]
        together = self._by_filters([one for one in rest if covers(self._refused_by, one)])
        alone = [one for one in rest if one.lead_id not in together]
        found |= together | self._whole(alone, self._by_search(alone))
        return {
            lead_id: as_record(one, self._field_ids) if isinstance(one, ContactRecord) else one
            for lead_id, one in found.items()
            if one is not None
        }

    def _by_id(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        return {**self._got({contact.lead_id: contact.external_id or "" for contact in contacts})}

    def _by_search(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        found = self._client.find_each([_handles(contact) for contact in contacts], self._at_once)
        self._search.prove(
            {
                contacts[place].lead_id: (contacts[place], one.id)
                for place, one in found.items()
                if isinstance(one, ContactRecord) and not is_another(contacts[place], one)
            }
        )
        return {
            contacts[place].lead_id: _own(contacts[place], one) if isinstance(one, ContactRecord) else one
            for place, one in found.items()
        }

    def _by_filters(self, contacts: Sequence[Contact]) -> dict[str, Found]:
        """Many at a time; the index may be behind, so that each record is got before it counts."""
        seen = self._search.find(contacts, self._at_once) if contacts and self._search.trusted else {}
        asked = {one.lead_id: one for one in contacts if one.lead_id in seen}
        found: dict[str, Found] = {}
        for lead_id, came in seen.items():
            found[lead_id] = came if isinstance(came, AlphaSwarmError) else _the_one(asked[lead_id], came)
        there = {lead_id: one.id for lead_id, one in found.items() if isinstance(one, ContactRecord)}
        for lead_id, got in self._got(there).items():
            moved = isinstance(got, ContactRecord) and not _is_still(asked[lead_id], got)
            found[lead_id] = None if moved else got
        return found

    def _whole(self, contacts: Sequence[Contact], found: Mapping[str, Found]) -> dict[str, Found]:
        """Where the search shows a part of the contact, the contact is got."""
        parts = {
            contact.lead_id: one.id
            for contact in contacts
            if isinstance(one := found.get(contact.lead_id), ContactRecord) and one.custom_fields is None
        }
        return {**found, **self._got(parts)}

    def _got(self, ids: Mapping[str, str]) -> dict[str, ContactRecord | AlphaSwarmError | None]:
        """Lead id → its record, ``None`` for one that is gone."""
        lead_ids = list(ids)
        got = self._client.get_each(list(ids.values()), self._at_once) if ids else {}
        return {lead_ids[place]: one for place, one in got.items()}


def as_record(contact: ContactRecord, field_ids: Mapping[str, str]) -> Record:
    """The contact by our names."""
    return Record(id=contact.id, fields=fields_of(contact, field_ids), modified_at=contact.updated_at)


def is_another(contact: Contact, found: ContactRecord) -> bool:
    """Whether it has another e-mail."""
    ours, theirs = contact.fields.get("email"), found.shown.get("email")
    return bool(ours and theirs) and not same("email", ours, theirs)


def _own(contact: Contact, found: ContactRecord) -> ContactRecord | SharedPhone:
    return SharedPhone() if is_another(contact, found) else found


def _the_one(contact: Contact, seen: Iterable[ContactRecord]) -> Found:
    own = [one for one in seen if not is_another(contact, one)]
    if len(own) > 1:
        return _SEVERAL
    return own[0] if own else SharedPhone() if seen else None


def _is_still(contact: Contact, found: ContactRecord) -> bool:
    """Whether the record has the e-mail or the phone that it was found by, and is nobody else's."""
    standing = found.shown
    alike = (same(name, contact.fields.get(name), standing.get(name)) for name in ("email", "phone"))
    return not is_another(contact, found) and any(
        fits and contact.fields.get(name) for name, fits in zip(("email", "phone"), alike, strict=True)
    )


def _handles(contact: Contact) -> dict[str, str]:
    by = {"email": contact.fields.get("email"), "number": contact.fields.get("phone")}
    return {name: value for name, value in by.items() if value}
