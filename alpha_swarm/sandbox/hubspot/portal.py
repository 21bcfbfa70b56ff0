"""One portal: its contacts and properties, what the search has seen of them, and the books of each write."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alpha_swarm.sandbox.crm_webhooks.happening import Happening, nobody
from alpha_swarm.sandbox.hubspot.contacts import Contact, Contacts
from alpha_swarm.sandbox.hubspot.deals import Deals
from alpha_swarm.sandbox.hubspot.errors import Fault
from alpha_swarm.sandbox.hubspot.properties import Properties
from alpha_swarm.sandbox.hubspot.record_faults import RecordFaults
from alpha_swarm.sandbox.hubspot.search import Index

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.sandbox.crm_webhooks.happening import Hear, Kind
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings


class Portal:
    """Every change of a contact goes through here; `now` is Unix time."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self.settings = settings
        self.log = log
        self.properties = Properties()
        self.contacts = Contacts(self.properties, settings.hubspot_conflict)
        self.hear: Hear = nobody
        self.index = Index(settings.hubspot_index_lag_seconds)
        self.record_faults = RecordFaults(settings.seed)
        self.deals = Deals(self.contacts, log)
        self.associations: set[tuple[str, str]] = set()
        self._barred: set[str] = set()

    def reset(self) -> None:
        """Empty it."""
        for part in (self.properties, self.contacts, self.deals, self.index, self.record_faults):
            part.reset()
        self.associations.clear()
        self._barred.clear()

    @property
    def barred(self) -> int:
        """How many e-mails the block list holds."""
        return len(self._barred)

    def bar(self, email: str) -> None:
        """Nobody types it in any more; it is kept as a digest, as whom it belongs to is not to be known."""
        self._barred.add(_digest(email))

    def erase(self, contact: Contact, now: float) -> None:
        """For good, and none of its e-mails is typed in again."""
        for email in (contact.values.get("email"), *contact.more_emails):
            if email:
                self.bar(email)
        self.remove(contact, "erase", now)

    def create(self, values: dict[str, str], now: float) -> Contact:
        """A new contact. Raises `Fault`."""
        contact = self.contacts.create(values, moment(now))
        self._tell(contact, "create", now)
        self._announce("created", contact, now)
        return contact

    def write(self, contact: Contact, values: dict[str, str], now: float) -> None:
        """Overwrite what the values name, and count what was better left alone. Raises `Fault`."""
        before = dict(contact.values)
        self.contacts.write(contact, values, moment(now))
        for name, value in values.items():
            if before.get(name) and not value:
                self.log.record("hubspot", "blank", contact.id)
            if contact.by_person.pop(name, value) != value:
                self.log.record("hubspot", "human_overwritten", contact.id)
        self._tell(contact, "update", now)
        self._announce("changed", contact, now, _differing(before, contact.values, values))

    def remove(self, contact: Contact, event: str, now: float) -> None:
        """Archive it, or more than that."""
        self.contacts.remove(contact)
        self.index.tell(contact.id, None, now)
        self.log.record("hubspot", event, contact.id)
        self._announce("erased" if event == "erase" else "deleted", contact, now)

    def merge(self, kept: Contact, other: Contact, now: float) -> None:
        """Two contacts become one."""
        self.contacts.merge(kept, other, moment(now))
        self.index.tell(other.id, None, now)
        self._tell(kept, "merge", now)
        self.hear(Happening(kind="merged", id=kept.id, at=now, merged=other.id))

    def typed_in(self, contact: Contact | None, values: dict[str, str], now: float) -> Contact:
        """A person edits a contact, or makes one. Raises `Fault`."""
        before = None if contact is None else dict(contact.values)
        if _digest(values.get("email", "")) in self._barred:
            raise Fault(400, "This email address was permanently deleted and cannot be added again")
        if contact is None:
            contact = self.contacts.create(values, moment(now))
        else:
            self.contacts.write(contact, values, moment(now))
        contact.by_person |= values
        self._tell(contact, "typed_in", now)
        kind: Kind = "created" if before is None else "changed"
        self._announce(kind, contact, now, _differing(before or {}, contact.values, values))
        return contact

    def _tell(self, contact: Contact, event: str, now: float) -> None:
        own = {"hs_object_id": contact.id, "lastmodifieddate": str(milliseconds(contact.updated))}
        self.index.tell(contact.id, contact.values | own, now)
        self.log.record("hubspot", event, contact.id)

    def _announce(
        self, kind: Kind, contact: Contact, now: float, changed: dict[str, str] | None = None
    ) -> None:
        """A write that changes nothing is told to nobody."""
        if kind != "changed" or changed:
            self.hear(Happening(kind=kind, id=contact.id, at=now, changed=changed or {}))


def _differing(before: dict[str, str], after: dict[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: after.get(name, "") for name in names if before.get(name) != after.get(name)}


def _digest(email: str) -> str:
    return hashlib.sha256(email.lower().encode()).hexdigest()


def milliseconds(text: str) -> int:
    """Since 1970, of a time as the vendor writes it."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def moment(at: float) -> str:
    """As the vendor writes times."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
