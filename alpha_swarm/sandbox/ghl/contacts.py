"""The contacts of all locations, with an index by e-mail and by phone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.crm_webhooks.happening import Happening, nobody
from alpha_swarm.sandbox.ghl.checks import TEXTS, field_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from alpha_swarm.sandbox.crm_webhooks.happening import Hear, Kind

_HANDLES = ("email", "phone")


@dataclass(slots=True)
class Contact:
    """One contact; blank texts are not kept."""

    id: str
    location_id: str
    added: str
    updated: str
    texts: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    custom: dict[str, str] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """The contact as the contract gives it back."""
        texts = dict(self.texts)
        if "email" in texts:
            texts["emailLowerCase"] = texts["email"].lower()
        return {
            "id": self.id,
            "locationId": self.location_id,
            "type": "lead",
            "dateAdded": self.added,
            "dateUpdated": self.updated,
            **texts,
            **self.others,
            "tags": self.tags,
            "customFields": [{"id": name, "value": value} for name, value in self.custom.items()],
        }

    def handles(self) -> Iterator[tuple[str, str, str]]:
        """Under what the contact is found."""
        if "email" in self.texts:
            yield (self.location_id, "email", self.texts["email"].lower())
        if "phone" in self.texts:
            yield (self.location_id, "phone", self.texts["phone"])


class Contacts:
    """All contacts; the first holder of an e-mail or a phone stays the one that is found by it."""

    def __init__(self, drops_phone: Callable[[str], bool]) -> None:
        self.hear: Hear = nobody
        self._drops_phone = drops_phone
        self.by_id: dict[str, Contact] = {}
        self._index: dict[tuple[str, str, str], dict[str, None]] = {}

    def match(
        self, location_id: str, email: str | None, phone: str | None, by: Collection[str] = _HANDLES
    ) -> tuple[Contact, str] | None:
        """The contact with the e-mail, else the one with the phone, and which of the two it was."""
        for name, value in (("email", (email or "").lower()), ("phone", phone or "")):
            found = self._index.get((location_id, name, value)) if value and name in by else None
            if found:
                return self.by_id[next(iter(found))], name
        return None

    def create(self, location_id: str, body: dict[str, Any], now: float) -> Contact:
        """A new contact from a checked body."""
        contact = Contact(uuid.uuid4().hex[:20], location_id, _timestamp(now), _timestamp(now))
        self.by_id[contact.id] = contact
        self._set(contact, body, now)
        self._tell("created", contact, now)
        return contact

    def write(self, contact: Contact, body: dict[str, Any], now: float) -> None:
        """Overwrite what the body names: blanks blank, tags replace all tags."""
        self._set(contact, body, now)
        self._tell("changed", contact, now)

    def _set(self, contact: Contact, body: dict[str, Any], now: float) -> None:
        self._leave(contact)
        for name in TEXTS & body.keys():
            contact.texts.pop(name, None)
            if body[name] and not (name == "phone" and self._drops_phone(body[name])):
                contact.texts[name] = body[name]
        for item in body.get("customFields", []):
            contact.custom[item["id"]] = field_value(item)
        contact.tags = list(dict.fromkeys(body.get("tags", contact.tags)))
        contact.others |= {name: body[name] for name in ("dnd", "dndSettings") if name in body}
        contact.updated = _timestamp(now)
        for key in contact.handles():
            self._index.setdefault(key, {})[contact.id] = None

    def delete(self, contact: Contact, now: float) -> None:
        """Remove a contact."""
        self._leave(contact)
        del self.by_id[contact.id]
        self._tell("deleted", contact, now)

    def shared_emails(self) -> int:
        """How many contacts have an e-mail that an earlier one of the location has."""
        return sum(len(holders) - 1 for (_, name, _), holders in self._index.items() if name == "email")

    def reset(self) -> None:
        """Remove all."""
        self.by_id.clear()
        self._index.clear()

    def _tell(self, kind: Kind, contact: Contact, now: float) -> None:
        self.hear(Happening(kind=kind, id=contact.id, at=now, record=contact.describe))

    def _leave(self, contact: Contact) -> None:
        for key in contact.handles():
            self._index[key].pop(contact.id, None)
            if not self._index[key]:
                del self._index[key]


def _timestamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
