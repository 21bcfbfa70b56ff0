"""One portal: its contacts and properties, what the search has seen of them, and the books of each write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alpha_swarm.sandbox.hubspot.contacts import Contact, Contacts
from alpha_swarm.sandbox.hubspot.deals import Deals
from alpha_swarm.sandbox.hubspot.properties import Properties
from alpha_swarm.sandbox.hubspot.record_faults import RecordFaults
from alpha_swarm.sandbox.hubspot.search import Index

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings


class Portal:
    """Every change of a contact goes through here; `now` is Unix time."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self.settings = settings
        self.log = log
        self.properties = Properties()
        self.contacts = Contacts(self.properties, settings.hubspot_conflict)
        self.index = Index(settings.hubspot_index_lag_seconds)
        self.record_faults = RecordFaults(settings.seed)
        self.deals = Deals(self.contacts, log)
        self.associations: set[tuple[str, str]] = set()

    def reset(self) -> None:
        """Empty it."""
        for part in (self.properties, self.contacts, self.deals, self.index, self.record_faults):
            part.reset()
        self.associations.clear()

    def create(self, values: dict[str, str], now: float) -> Contact:
        """A new contact. Raises `Fault`."""
        contact = self.contacts.create(values, moment(now))
        self._tell(contact, "create", now)
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

    def remove(self, contact: Contact, event: str, now: float) -> None:
        """Archive it, or more than that."""
        self.contacts.remove(contact)
        self.index.tell(contact.id, None, now)
        self.log.record("hubspot", event, contact.id)

    def merge(self, kept: Contact, other: Contact, now: float) -> None:
        """Two contacts become one."""
        self.contacts.merge(kept, other, moment(now))
        self.index.tell(other.id, None, now)
        self._tell(kept, "merge", now)

    def typed_in(self, contact: Contact | None, values: dict[str, str], now: float) -> Contact:
        """A person edits a contact, or makes one. Raises `Fault`."""
        if contact is None:
            contact = self.contacts.create(values, moment(now))
        else:
            self.contacts.write(contact, values, moment(now))
        contact.by_person |= values
        self._tell(contact, "typed_in", now)
        return contact

    def _tell(self, contact: Contact, event: str, now: float) -> None:
        self.index.tell(contact.id, contact.values, now)
        self.log.record("hubspot", event, contact.id)


def moment(at: float) -> str:
    """As the vendor writes times."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
