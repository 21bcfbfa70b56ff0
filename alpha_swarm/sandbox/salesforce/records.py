"""The leads of the org with an index by e-mail, phone and external id, and the recycle bin."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.crm_webhooks.happening import Happening, nobody
from alpha_swarm.sandbox.salesforce.ids import SHORT, record_id
from alpha_swarm.sandbox.salesforce.org import EXTERNAL_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alpha_swarm.sandbox.crm_webhooks.happening import Hear

#: Whoever holds the token owns what nobody was named for.
INTEGRATION_USER = "005000000000001AAA"
_DEFAULTS = {"OwnerId": INTEGRATION_USER, "HasOptedOutOfEmail": False, "DoNotCall": False}
INDEXED = ("Email", "Phone", EXTERNAL_ID)


@dataclass(slots=True)
class Record:
    """One lead; blank values are not kept."""

    id: str
    created: str
    modified: str
    values: dict[str, Any] = field(default_factory=dict)
    converted: bool = False
    by_person: set[str] = field(default_factory=set)
    """The fields that a person has written, and nobody since."""

    def value(self, name: str) -> Any:
        """As the API gives it: `null` for a blank."""
        match name:
            case "Id":
                return self.id
            case "CreatedDate":
                return self.created
            case "LastModifiedDate" | "SystemModstamp":
                return self.modified
            case "IsConverted":
                return self.converted
            case "IsDeleted":
                return False
            case _:
                return self.values.get(name) or _DEFAULTS.get(name)

    def describe(self, names: Iterable[str]) -> dict[str, Any]:
        """These fields of it."""
        attributes = {"type": "Lead", "url": f"/services/data/v67.0/sobjects/Lead/{self.id}"}
        return {"attributes": attributes, **{name: self.value(name) for name in names}}


class Records:
    """All leads; ids are found by their first fifteen characters."""

    def __init__(self) -> None:
        self.hear: Hear = nobody
        self.reset()

    def reset(self) -> None:
        """Remove all."""
        self._by_id: dict[str, Record] = {}
        self._bin: dict[str, Record] = {}
        self._index: dict[tuple[str, str], dict[str, None]] = {}
        self._count = 0

    def all(self) -> list[Record]:
        """Those that are not in the bin, in the order in which they came."""
        return list(self._by_id.values())

    def binned(self) -> int:
        """How many lie in the bin."""
        return len(self._bin)

    def get(self, given: str) -> Record | None:
        """The record with this id of 15 or 18 characters."""
        return self._by_id.get(given[:SHORT])

    def in_bin(self, given: str) -> bool:
        """Whether it was deleted."""
        return given[:SHORT] in self._bin

    def holders(self, name: str, value: str) -> list[Record]:
        """Those with this value of an indexed field, whatever its case."""
        return [self._by_id[short] for short in self._index.get((name, value.lower()), ())]

    def create(self, values: Mapping[str, Any], now: float) -> Record:
        """A new record."""
        self._count += 1
        record = Record(record_id(self._count), timestamp(now), timestamp(now))
        self._by_id[record.id[:SHORT]] = record
        self._set(record, values, now)
        self.hear(Happening(kind="created", id=record.id, at=now))
        return record

    def write(self, record: Record, values: Mapping[str, Any], now: float) -> None:
        """Overwrite what is named; `None` blanks."""
        self._set(record, values, now)
        self.hear(Happening(kind="changed", id=record.id, at=now))

    def _set(self, record: Record, values: Mapping[str, Any], now: float) -> None:
        self._leave(record)
        record.values |= values
        for name in [name for name, value in values.items() if value is None]:
            del record.values[name]
        record.modified = timestamp(now)
        for name in INDEXED:
            if value := record.values.get(name):
                self._index.setdefault((name, value.lower()), {})[record.id[:SHORT]] = None

    def delete(self, record: Record) -> None:
        """Into the bin."""
        self._leave(record)
        self._bin[record.id[:SHORT]] = self._by_id.pop(record.id[:SHORT])

    def shared(self, name: str) -> int:
        """How many records have a value of the field that an earlier one has."""
        return sum(len(holders) - 1 for (field, _), holders in self._index.items() if field == name)

    def _leave(self, record: Record) -> None:
        for name in INDEXED:
            if value := record.values.get(name):
                key = (name, value.lower())
                self._index[key].pop(record.id[:SHORT], None)
                if not self._index[key]:
                    del self._index[key]


def timestamp(moment: float) -> str:
    """`2026-01-15T10:10:00.000+0000`."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
