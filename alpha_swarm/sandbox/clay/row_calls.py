"""The calls about rows: add, read, update, delete, search, export, enrich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.columns import problem
from alpha_swarm.sandbox.clay.errors import bad_rows, invalid
from alpha_swarm.sandbox.clay.requests import cut, items, moment, page_of, texts
from alpha_swarm.sandbox.exchange import Call, Reply

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.tables import Row, Table
    from alpha_swarm.sandbox.clay.workspace import Workspace

_MOST_ADDED, _MOST_UPDATED, _MOST_ENRICHED, _MOST_FOUND, _MOST_EXPORTED = 100, 200, 50, 100, 5000


class RowCalls:
    """Handlers; each takes a call and gives a reply or raises a refusal."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add(self, call: Call) -> Reply:
        """All rows or none."""
        table = self._table(call)
        rows = items(call.body, "rows", _MOST_ADDED)
        problems = [trouble for index, row in enumerate(rows) for trouble in _problems(table, index, row)]
        if problems:
            raise bad_rows(problems)
        added = [self._add(table, row, call.now) for row in rows]
        return Reply(201, {"rows": [{"id": row_id} for row_id in added], "row_ids": added})

    def update_many(self, call: Call) -> Reply:
        """Each row for itself; what is wrong with one is told in its place."""
        table = self._table(call)
        changes = items(call.body, "rows", _MOST_UPDATED)
        if not all(isinstance(change, dict) and isinstance(change.get("id"), str) for change in changes):
            raise invalid("every row needs its id")
        return Reply(200, {"rows": [self._update_one(table, change, call.now) for change in changes]})

    def get(self, call: Call) -> Reply:
        """One row."""
        return Reply(200, self._row(call)[1].fields)

    def update(self, call: Call) -> Reply:
        """One row; a value that does not fit refuses the whole."""
        table, row = self._row(call)
        if not isinstance(call.body, dict):
            raise invalid("the body must map columns to values")
        values = {name: value for name, value in call.body.items() if name != "id"}
        problems = [_trouble(0, name, text) for name, text in _faulty(table, values)]
        if problems:
            raise bad_rows(problems)
        self._write(table, row, values, call.now)
        return Reply(200, row.fields)

    def delete(self, call: Call) -> Reply:
        """One row, gone for good."""
        table, row = self._row(call)
        table.remove(row)
        self._workspace.log.record("clay", "row_deleted", row.id)
        return Reply(204)

    def search(self, call: Call) -> Reply:
        """Rows whose columns equal the values."""
        table = self._table(call)
        query = call.body.get("query") if isinstance(call.body, dict) else None
        if not isinstance(query, dict):
            raise invalid("query must map columns to values")
        page, limit = page_of(call.body, most=_MOST_FOUND)
        return _page(table.search(query), page, limit)

    def export(self, call: Call) -> Reply:
        """Rows by id, by time of the last change, or all."""
        table = self._table(call)
        body = {} if call.body is None else call.body
        if not isinstance(body, dict):
            raise invalid("the body must be an object")
        page, limit = page_of(body, most=_MOST_EXPORTED)
        since = moment(body, "updated_since")
        chosen = texts(body, "row_ids", _MOST_EXPORTED) if "row_ids" in body else table.rows
        rows = [table.rows[row_id] for row_id in chosen if row_id in table.rows]
        return _page([row for row in rows if since is None or row.updated_at >= since], page, limit)

    def enrich(self, call: Call) -> Reply:
        """Start the waterfall of every row named that exists, and charge for it."""
        table = self._table(call)
        row_ids = texts(call.body, "row_ids", _MOST_ENRICHED)
        self._workspace.enrich(table, [table.rows[one] for one in row_ids if one in table.rows], call.now)
        return Reply(202, {"rows": [_started(table, row_id) for row_id in row_ids]})

    def _table(self, call: Call) -> Table:
        return self._workspace.table(call.path["table_id"])

    def _row(self, call: Call) -> tuple[Table, Row]:
        table = self._table(call)
        return table, table.row(call.path["row_id"])

    def _add(self, table: Table, values: dict[str, Any], now: float) -> str:
        row = table.add({name: value for name, value in values.items() if value is not None}, now)
        self._workspace.log.record("clay", "row_added", str(values.get("lead_id") or ""))
        return row.id

    def _update_one(self, table: Table, change: dict[str, Any], now: float) -> dict[str, str]:
        row = table.rows.get(change["id"])
        if row is None:
            return {"id": change["id"], "error": "row not found"}
        values = {name: value for name, value in change.items() if name != "id"}
        faulty = _faulty(table, values)
        if faulty:
            return {"id": row.id, "error": "; ".join(f"{name}: {text}" for name, text in faulty)}
        self._write(table, row, values, now)
        return {"id": row.id}

    def _write(self, table: Table, row: Row, values: dict[str, Any], now: float) -> None:
        changed = {name for name, value in values.items() if row.fields.get(name) != value}
        table.change(row, values, now)
        row.written.update(values)
        self._workspace.log.record("clay", "update", row.id)
        self._workspace.updated(table, row, changed, now)


def _problems(table: Table, index: int, row: Any) -> list[dict[str, Any]]:
    if not isinstance(row, dict):
        return [_trouble(index, "", "the row must map columns to values")]
    missing = [name for name, column in table.columns.items() if column.required and name not in row]
    return [_trouble(index, name, "the column is required") for name in missing] + [
        _trouble(index, name, text) for name, text in _faulty(table, row)
    ]


def _faulty(table: Table, values: dict[str, Any]) -> list[tuple[str, str]]:
    """The columns with a value that does not fit, each with the reason."""
    checked = ((name, problem(table.columns, name, value)) for name, value in values.items())
    return [(name, text) for name, text in checked if text is not None]


def _trouble(index: int, field: str, message: str) -> dict[str, Any]:
    return {"index": index, "field": field, "message": message}


def _started(table: Table, row_id: str) -> dict[str, str]:
    if row_id in table.rows:
        return {"id": row_id, "enrichment_status": "in_progress"}
    return {"id": row_id, "error": "row not found"}


def _page(found: list[Row], page: int, limit: int) -> Reply:
    rows, pagination = cut(found, page, limit)
    return Reply(200, {"rows": [row.fields for row in rows], "pagination": pagination})
