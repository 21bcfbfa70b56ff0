"""Tables and their rows, with an index over the columns by which clients look rows up."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.columns import Column, parse_column
from alpha_swarm.sandbox.clay.errors import invalid, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_INDEXED = frozenset(
    {
        "lead_id",
        "linkedin_url",
        "email",
        "email_work",
        "email_personal",
        "ghl_contact_id",
        "instantly_lead_id",
    }
)
_Index = defaultdict[tuple[str, str], dict[str, None]]


@dataclass(slots=True)
class Row:
    """One row: `fields` is the flat form that goes out; `written` names the columns that clients updated.

    `run` counts its enrichments, `credits` is what all of them cost.
    """

    fields: dict[str, Any]
    updated_at: float
    run: int = 0
    credits: float = 0.0
    written: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The row's id."""
        return str(self.fields["id"])


@dataclass(slots=True)
class Table:
    """One table; rows stand in the order in which they were added."""

    id: str
    name: str
    columns: dict[str, Column]
    waterfalls: dict[str, Any]
    rows: dict[str, Row] = field(default_factory=dict)
    _index: _Index = field(default_factory=lambda: defaultdict(dict))

    def describe(self) -> dict[str, Any]:
        """The table as the contract's `Table`."""
        return {
            "id": self.id,
            "name": self.name,
            "columns": [column.declared for column in self.columns.values()],
            "waterfalls": self.waterfalls,
        }

    def row(self, row_id: str) -> Row:
        """The row, or a 404."""
        row = self.rows.get(row_id)
        if row is None:
            raise unknown("row")
        return row

    def add(self, values: dict[str, Any], now: float) -> Row:
        """Add a row that has been checked."""
        row_id = f"row_{uuid.uuid4().hex[:16]}"
        fields = {"id": row_id, "table_id": self.id, "enrichment_status": "pending", **values}
        row = self.rows[row_id] = Row(fields, updated_at=now)
        self._enter(row, values)
        return row

    def change(self, row: Row, values: Mapping[str, Any], now: float) -> None:
        """Write values into a row; None clears a column."""
        self._leave(row, values)
        row.fields.update(values)
        for name in [name for name in values if values[name] is None and name != "error"]:
            del row.fields[name]
        self._enter(row, values)
        row.updated_at = now

    def remove(self, row: Row) -> None:
        """Delete a row."""
        self._leave(row, row.fields)
        del self.rows[row.id]

    def search(self, query: dict[str, Any]) -> list[Row]:
        """The rows whose columns equal the values; an array matches any of its members."""
        wanted = {name: value if isinstance(value, list) else [value] for name, value in query.items()}
        return [
            row
            for row in self._candidates(wanted)
            if all(row.fields.get(name) in values for name, values in wanted.items())
        ]

    def _candidates(self, wanted: dict[str, list[Any]]) -> Iterable[Row]:
        """As few rows as the ids or an index allow, else all."""
        if "id" in wanted:
            ids: Iterable[str] = dict.fromkeys(str(value) for value in wanted["id"])
            return [self.rows[row_id] for row_id in ids if row_id in self.rows]
        name = next((name for name in wanted if name in _INDEXED), None)
        if name is None:
            return self.rows.values()
        found = dict.fromkeys(
            row_id for value in wanted[name] for row_id in self._index.get((name, str(value)), ())
        )
        return [self.rows[row_id] for row_id in found]

    def _enter(self, row: Row, names: Iterable[str]) -> None:
        for name in _INDEXED.intersection(names):
            if name in row.fields:
                self._index[name, str(row.fields[name])][row.id] = None

    def _leave(self, row: Row, names: Iterable[str]) -> None:
        for name in _INDEXED.intersection(names):
            if name in row.fields:
                key = (name, str(row.fields[name]))
                self._index[key].pop(row.id, None)
                if not self._index[key]:
                    del self._index[key]


def parse_table(body: Any) -> Table:
    """A new table from the body of createTable; raises a 400 that says what is wrong."""
    if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not body["name"]:
        raise invalid("a table needs a name")
    if not isinstance(body.get("columns"), list) or not body["columns"]:
        raise invalid("a table needs columns")
    columns = [parse_column(declared) for declared in body["columns"]]
    if len({column.name for column in columns}) != len(columns):
        raise invalid("two columns have the same name")
    waterfalls = body.get("waterfalls", {})
    if not _are_waterfalls(waterfalls):
        raise invalid("each waterfall needs a list of providers")
    by_name = {column.name: column for column in columns}
    return Table(f"tbl_{uuid.uuid4().hex[:12]}", body["name"], by_name, waterfalls)


def _are_waterfalls(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, dict) and isinstance(one.get("providers"), list) for one in value.values()
    )
