"""The contacts of the portal, with an index by e-mail and by every other unique property."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import phonenumbers

from alpha_swarm.sandbox.hubspot.errors import Fault, conflict, invalid_properties, missing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from alpha_swarm.sandbox.hubspot.properties import Properties

_FIRST_ID = 101
_SEARCHABLE = "hs_searchable_calculated_phone_number"


@dataclass(slots=True)
class Contact:
    """One contact; blank values are not kept."""

    id: str
    created: str
    updated: str
    values: dict[str, str] = field(default_factory=dict)
    by_person: dict[str, str] = field(default_factory=dict)
    """What a person has typed in and nothing has overwritten since."""
    more_emails: list[str] = field(default_factory=list)
    opted_out: set[str] = field(default_factory=set)
    """Those of its e-mails that are unsubscribed from everything."""
    merged: list[str] = field(default_factory=list)
    """The ids that it had before other contacts were merged into it."""

    def describe(self, asked: Collection[str] | None = None, **more: Any) -> dict[str, Any]:
        """As the contract gives it back: the values that were asked for, null where there is none."""
        names = self.values if asked is None else asked
        own = {
            "createdate": self.created,
            "hs_object_id": self.id,
            "lastmodifieddate": self.updated,
            "hs_additional_emails": ";".join(self.more_emails) or None,
            "hs_email_optout": "true" if self.values.get("email") in self.opted_out else None,
            "hs_merged_object_ids": ";".join(self.merged) or None,
        }
        shown = {name: value for name, value in own.items() if not name.startswith("hs_") or value}
        return {
            "id": self.id,
            "properties": {name: self.values.get(name) for name in names} | shown,
            "createdAt": self.created,
            "updatedAt": self.updated,
            "archived": False,
            **more,
        }


class Contacts:
    """All contacts that are not archived; ids are numbers in sequence."""

    def __init__(self, properties: Properties, category: str) -> None:
        self._properties = properties
        self._category = category
        self.reset()

    def reset(self) -> None:
        """Remove all."""
        self.by_id: dict[str, Contact] = {}
        self._holders: dict[tuple[str, str], str] = {}
        self._survivors: dict[str, str] = {}
        self._next = _FIRST_ID

    def find(self, value: str, id_property: str | None = None) -> Contact | None:
        """By id, also by one that was merged away, or by a property that is unique."""
        if id_property is None:
            return self.by_id.get(self._survivors.get(value, value))
        return self.by_id.get(self._holders.get(_key(id_property, value), ""))

    def get(self, value: str, id_property: str | None = None) -> Contact:
        """The same, which must be there. Raises `Fault`."""
        contact = self.find(value, id_property)
        if contact is None:
            raise missing(value)
        return contact

    def create(self, values: dict[str, str], now: str) -> Contact:
        """A new contact from checked values. Raises `Fault` where a unique value is taken."""
        self._refuse_taken(None, values)
        contact = Contact(str(self._next), now, now)
        self._next += 1
        self.by_id[contact.id] = contact
        self._set(contact, values)
        return contact

    def write(self, contact: Contact, values: dict[str, str], now: str) -> None:
        """Overwrite what the values name. Raises `Fault` where a unique value is taken."""
        self._refuse_taken(contact, values)
        self._set(contact, values)
        contact.updated = now

    def remove(self, contact: Contact) -> None:
        """Archive it: nothing finds it any more."""
        for key in self._keys(contact):
            self._holders.pop(key, None)
        del self.by_id[contact.id]

    def merge(self, kept: Contact, other: Contact, now: str) -> None:
        """The other's values fill the gaps, its e-mail becomes an additional one, its id leads here."""
        self.remove(other)
        gaps = {name: value for name, value in other.values.items() if name not in kept.values}
        self._set(kept, gaps)
        kept.more_emails += [other.values["email"]] if "email" not in gaps and "email" in other.values else []
        kept.more_emails += other.more_emails
        kept.merged += [other.id, *other.merged]
        self._survivors |= dict.fromkeys([other.id, *other.merged], kept.id)
        self._holders |= dict.fromkeys(self._keys(kept), kept.id)
        kept.updated = now

    def shared(self, name: str) -> int:
        """How many contacts have a value of the property that another one has, too."""
        values = Counter(
            value.lower() for one in self.by_id.values() if (value := one.values.get(name)) is not None
        )
        return values.total() - len(values)

    def _set(self, contact: Contact, values: dict[str, str]) -> None:
        for key in self._keys(contact, values):
            self._holders.pop(key, None)
        phone = values.get("phone")
        for name, value in (values if phone is None else values | {_SEARCHABLE: _national(phone)}).items():
            if value:
                contact.values[name] = value
            else:
                contact.values.pop(name, None)
        for key in self._keys(contact, values):
            self._holders[key] = contact.id

    def _refuse_taken(self, contact: Contact | None, values: dict[str, str]) -> None:
        for name in self._properties.unique & values.keys():
            holder = self._holders.get(_key(name, values[name])) if values[name] else None
            if holder is None or (contact is not None and holder == contact.id):
                continue
            raise self._taken(name, holder)

    def _taken(self, name: str, holder: str) -> Fault:
        if name == "email":
            return conflict(holder, self._category)
        text = f"another contact has this {name}"
        return invalid_properties([{"message": text, "error": "CONFLICTING_UNIQUE_VALUE", "name": name}])

    def _keys(self, contact: Contact, names: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        for name in self._properties.unique if names is None else self._properties.unique & set(names):
            if name in contact.values:
                yield _key(name, contact.values[name])
        if names is None:
            yield from (_key("email", one) for one in contact.more_emails)


def _national(phone: str) -> str:
    """Digits without the country's code: what the portal makes of whatever people type in."""
    try:
        return str(phonenumbers.parse(phone, "US").national_number)
    except phonenumbers.NumberParseException:
        return ""


def _key(name: str, value: str) -> tuple[str, str]:
    return name, value.lower() if name == "email" else value
