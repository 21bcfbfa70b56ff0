"""The tables behind the sources: their rows, without what Clay's auto-dedupe takes away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from alpha_swarm.sandbox.webhook_orders import TableOrder

_LONGEST_DEDUPED = 200


@dataclass(slots=True)
class SourceRow:
    """One record that became a row; `payload` is the record as JSON, which takes a third of the memory.

    `cell` tells how the row's columns stand, in Clay's words where it has some.
    """

    id: str
    source: str
    table: str
    request_id: str
    lead_key: str
    payload: bytes
    cell: str = "queued"
    here: bool = True
    runs: int = 0
    credits: float = 0.0
    actions: int = 0
    credits_refunded: float = 0.0
    actions_refunded: int = 0
    calls: int = 0
    delivered: int = 0
    lost: int = 0
    failed: int = 0

    def fields(self) -> dict[str, Any]:
        """The record as it came, with the row's id."""
        return {**from_json(self.payload), "id": self.id}


@dataclass(slots=True)
class SourceTable:
    """One table; `size` is the number of the rows that were not deleted."""

    order: TableOrder
    rows: list[SourceRow] = field(default_factory=list)
    size: int = 0
    _seen: set[str] = field(default_factory=set)

    def room(self) -> int:
        """How many more rows fit."""
        return max(0, self.order.limit - self.size)

    def add(self, row: SourceRow, record: dict[str, Any]) -> bool:
        """Keep the row, unless an older one has the same value in the column for duplicates."""
        value = self._dedupe_value(record)
        if value in self._seen:
            return False
        if value:
            self._seen.add(value)
        self.rows.append(row)
        self.size += 1
        return True

    def delete(self, row: SourceRow) -> None:
        """Take a row away; it stays in the books."""
        row.here = False
        self.size -= 1
        self._seen.discard(self._dedupe_value(row.fields()))

    def clear(self) -> None:
        """Take all rows away, so that whatever is under way for them ends."""
        for row in self.rows:
            row.here = False
        self.rows.clear()

    def _dedupe_value(self, record: dict[str, Any]) -> str:
        """The exact text; blank and long ones are not compared."""
        value = str(record.get(self.order.dedupe) or "")
        return value if len(value) <= _LONGEST_DEDUPED else ""
