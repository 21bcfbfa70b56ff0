"""Which record stands for a contact."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.connectors.salesforce import facts, soql
from alpha_swarm.connectors.salesforce.mapping import LEAD_ID
from alpha_swarm.connectors.text import clean
from alpha_swarm.domain.calls.effect import Held
from alpha_swarm.domain.crm.changes import same
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.ports.crm import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.salesforce.client import SalesforceClient
    from alpha_swarm.connectors.salesforce.layout import Layout
    from alpha_swarm.connectors.salesforce.schemas import Row
    from alpha_swarm.ports.crm import Contact

_SEVERAL = Held("several records in salesforce match the lead: merge them there")
_CONVERTED = Held(facts.HELD["CANNOT_UPDATE_CONVERTED_LEAD"])
#: A 15-character id is the start of the same id with 18.
_ID_LENGTH = 15


@dataclass(frozen=True, slots=True)
class _Found:
    """A record, and whether it was converted."""

    record: Record
    converted: bool


class Reading:
    """One look at the org."""

    def __init__(self, client: SalesforceClient, layout: Layout, entity: str, at_once: int) -> None:
        self._client = client
        self._layout = layout
        self._entity = entity
        self._at_once = at_once

    def of(self, contacts: Sequence[Contact]) -> dict[str, Record | Held]:
        """Lead id → the record with the id we hold, else with our own id, else e-mail, else phone.

        Raises a verdict.
        """
        found = self._by_id(contacts)
        rest = [contact for contact in contacts if contact.lead_id not in found]
        return found | (self._by_values(rest) if rest else {})

    def first(self, name: str, value: str) -> str | None:
        """The id of a record with this ``email`` or ``phone``, one that was converted for want of others."""
        field, text = self._layout.fields.get(name), clean(value)
        found = self._search({field.name: [text]}) if field and text else []
        return min(found, key=lambda one: one.converted).record.id if found else None

    def _by_id(self, contacts: Sequence[Contact]) -> dict[str, Record | Held]:
        held = {contact.lead_id: contact.external_id or "" for contact in contacts}
        ids = list(dict.fromkeys(record_id for record_id in held.values() if self._layout.is_id(record_id)))
        rows = {row.id[:_ID_LENGTH]: row for row in self._client.read(ids, self._names(), self._at_once)}
        return {
            lead_id: _choice([self._found(rows[record_id[:_ID_LENGTH]])])
            for lead_id, record_id in held.items()
            if record_id[:_ID_LENGTH] in rows
        }

    def _by_values(self, contacts: Sequence[Contact]) -> dict[str, Record | Held]:
        standing = _Standing(self._search(self._wanted(contacts)))
        matches = {contact.lead_id: standing.of(contact) for contact in contacts}
        return {lead_id: _choice(found) for lead_id, found in matches.items() if found}

    def _search(self, wanted: Mapping[str, Sequence[str]]) -> list[_Found]:
        texts = soql.queries(self._names(), self._entity, wanted, facts.LONGEST_QUERY)
        rows = {row.id: row for row in self._client.query(list(texts), self._at_once)}
        return [self._found(row) for row in rows.values()]

    def _wanted(self, contacts: Sequence[Contact]) -> dict[str, list[str]]:
        """API name → values to look for."""
        fields = self._layout.fields
        wanted = {fields[LEAD_ID].name: [contact.lead_id for contact in contacts]}
        for name in ("email", "phone"):
            values = [contact.fields[name] for contact in contacts if contact.fields.get(name)]
            if name in fields and values:
                wanted[fields[name].name] = values
        return wanted

    def _names(self) -> list[str]:
        converted = [facts.CONVERTED] if self._layout.convertible else []
        own = [field.name for field in self._layout.fields.values()]
        return [facts.ID, facts.MODIFIED, *converted, *own]

    def _found(self, row: Row) -> _Found:
        record = Record(
            id=row.id,
            fields=self._layout.read(row.model_extra or {}),
            modified_at=read_moment(row.value(facts.MODIFIED)),
        )
        return _Found(record, bool(row.value(facts.CONVERTED)))


class _Standing:
    """What a search has found, by what it was searched for."""

    def __init__(self, found: Sequence[_Found]) -> None:
        self._by: defaultdict[tuple[str, str], list[_Found]] = defaultdict(list)
        for one in found:
            for name in (LEAD_ID, "email", "phone"):
                if value := one.record.fields.get(name):
                    self._by[name, value.lower()].append(one)

    def of(self, contact: Contact) -> list[_Found]:
        """Those that our own id names, else the e-mail, else the phone."""
        handles = {LEAD_ID: contact.lead_id, **contact.fields}
        for name in (LEAD_ID, "email"):
            found = self._by.get((name, str(handles.get(name, "")).lower()))
            if found:
                return found
        by_phone = self._by.get(("phone", str(handles.get("phone", "")).lower()), [])
        return [one for one in by_phone if _may_be(contact.fields, one.record.fields)]


def _may_be(ours: Mapping[str, str], theirs: Mapping[str, str]) -> bool:
    """Colleagues share a phone: whoever has another e-mail or another last name is somebody else."""
    return all(
        not (ours.get(name) and theirs.get(name)) or same(name, ours[name].lower(), theirs[name].lower())
        for name in ("email", "last_name")
    )


def _choice(found: Sequence[_Found]) -> Record | Held:
    """The one that is open; converted ones are history."""
    alive = [one.record for one in found if not one.converted]
    if len(alive) > 1:
        return _SEVERAL
    return alive[0] if alive else _CONVERTED
