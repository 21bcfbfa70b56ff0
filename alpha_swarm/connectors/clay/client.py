"""One method for each operation of Clay's REST API v1, after its contract."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from alpha_swarm.connectors.calls import Answer, Call, segment
from alpha_swarm.connectors.clay import facts, schemas
from alpha_swarm.connectors.verdicts import error_code
from alpha_swarm.connectors.whose import verdict_of
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from alpha_swarm.connectors.http import Http, Model

Search: TypeAlias = "tuple[str, Mapping[str, Any]]"
"""A table's id, and what its rows are asked for."""

_REFUSED = frozenset({HTTPStatus.BAD_REQUEST.value})
_ABSENT = frozenset({HTTPStatus.NOT_FOUND.value})


@dataclass(frozen=True, slots=True)
class RowsRefused:
    """A batch of which nothing was taken."""

    errors: list[schemas.RowError]
    """The bad rows; empty where Clay names none."""
    reason: str


class ClayClient:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def list_tables(self, page: int, limit: int = facts.TABLES_PAGE) -> schemas.TablePage:
        """A page of the workspace's tables."""
        call = _read("list tables", "GET", "/tables", params={"page": str(page), "limit": str(limit)})
        return self._parsed(call, schemas.TablePage)

    def create_table(
        self, name: str, columns: Sequence[Mapping[str, Any]], waterfalls: Mapping[str, Any]
    ) -> schemas.Table:
        """A new table."""
        body: dict[str, Any] = {"name": name, "columns": [dict(column) for column in columns]}
        if waterfalls:
            body["waterfalls"] = dict(waterfalls)
        call = Call(
            operation="create table", method="POST", path="/tables", effect=True, limit=None, json=body
        )
        return self._parsed(call, schemas.Table)

    def add_rows(self, table_id: str, rows: Sequence[Mapping[str, Any]], key: str) -> list[str] | RowsRefused:
        """All rows or none: their ids in the order sent, or which of them were bad."""
        call = Call(
            operation="add rows",
            method="POST",
            path=f"{_table(table_id)}/rows",
            effect=True,
            limit=facts.LIMIT_ROWS,
            records=len(rows),
            json={"rows": [dict(row) for row in rows]},
            headers={facts.IDEMPOTENCY_HEADER: key},
            accept=_REFUSED,
        )
        answer = self._http.call(call)
        if answer.status == HTTPStatus.BAD_REQUEST:
            return RowsRefused(_row_errors(answer), str(self._http.verdict(call, answer)))
        row_ids = self._http.parsed(call, answer, schemas.AddedRows).row_ids
        if len(row_ids) != len(rows) or len(set(row_ids)) != len(rows):
            raise self._http.malformed(call)
        return row_ids

    def update_rows(
        self, table_id: str, rows: Sequence[Mapping[str, Any]]
    ) -> list[schemas.RowState] | RowsRefused | None:
        """Set columns of many rows; a row that does not exist carries an ``error``."""
        call = Call(
            operation="update rows",
            method="PATCH",
            path=f"{_table(table_id)}/rows",
            effect=False,
            limit=facts.LIMIT_UPDATES,
            records=len(rows),
            json={"rows": [dict(row) for row in rows]},
            accept=_REFUSED,
        )
        answer = self._http.call(call)
        if answer.status == HTTPStatus.BAD_REQUEST:
            return RowsRefused(_row_errors(answer), str(self._http.verdict(call, answer)))
        return self._http.parsed(call, answer, schemas.RowStates).rows

    def get_row(self, table_id: str, row_id: str) -> dict[str, Any] | None:
        """One row, ``None`` where Clay itself says that there is none."""
        call = _read("get row", "GET", _row(table_id, row_id), accept=_ABSENT)
        answer = self._http.call(call)
        lost = self._lost(call, answer)
        if lost is not None:
            raise lost
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return answer.body if isinstance(answer.body, dict) else {}

    def delete_rows(self, rows: Sequence[tuple[str, str]], at_once: int) -> AlphaSwarmError | None:
        """Remove rows (table id, row id); one that is gone already is no error.

        The verdict on one of those that stay. Raises what stops the target.
        """
        calls = [_read("delete row", "DELETE", _row(*row), accept=_ABSENT, raw=True) for row in rows]
        return verdict_of(self._http.each(calls, at_once), lambda place, came: self._lost(calls[place], came))

    def search_rows(self, table_id: str, query: Mapping[str, Any], page: int) -> schemas.RowPage:
        """A page of the rows whose columns equal the values (any of a list's members)."""
        return self._parsed(_searching((table_id, query), page), schemas.RowPage)

    def search_each(
        self, searches: Sequence[Search], page: int, may_be_gone: Collection[str]
    ) -> list[schemas.RowPage | None]:
        """A page of each, side by side; ``None`` for a table that is gone, if it may be.

        Raises:
            AlphaSwarmError: one of them has no answer.
        """
        calls = [
            _searching(one, page, accept=_ABSENT if one[0] in may_be_gone else frozenset())
            for one in searches
        ]
        came = {
            place: one
            for portion in self._http.each(calls, facts.MOST_IN_FLIGHT)
            for place, one in portion.items()
        }
        return [self._page(call, came[place]) for place, call in enumerate(calls)]

    def _page(self, call: Call, came: Answer | AlphaSwarmError) -> schemas.RowPage | None:
        if isinstance(came, AlphaSwarmError):
            raise came
        lost = self._lost(call, came)
        if lost is not None:
            raise lost
        return None if came.status == HTTPStatus.NOT_FOUND else self._http.parsed(call, came, schemas.RowPage)

    def enrich_rows(self, table_id: str, row_ids: Sequence[str], key: str) -> list[schemas.RowState] | None:
        """Start the waterfall: each accepted call charges for each row again."""
        call = Call(
            operation="enrich rows",
            method="POST",
            path=f"{_table(table_id)}/enrich",
            effect=True,
            limit=facts.LIMIT_ENRICH,
            records=len(row_ids),
            json={"row_ids": list(row_ids)},
            headers={facts.IDEMPOTENCY_HEADER: key},
        )
        return self._parsed(call, schemas.RowStates).rows

    def export_rows(self, table_id: str, row_ids: Sequence[str], page: int) -> schemas.RowPage:
        """A page of these rows, of whom it holds all unless the server cuts it shorter."""
        call = Call(
            operation="export rows",
            method="POST",
            path=f"{_table(table_id)}/export",
            effect=False,
            limit=facts.LIMIT_EXPORTS,
            json={"row_ids": list(row_ids), "page": page, "limit": len(row_ids)},
            timeout=facts.EXPORT_TIMEOUT,
            cap=facts.EXPORT_CAP,
        )
        return self._parsed(call, schemas.RowPage)

    def create_webhook(self, url: str, events: Sequence[str], headers: Mapping[str, str]) -> schemas.Webhook:
        """Register a webhook, or change the one that stands for the same URL."""
        body = {"webhook_url": url, "events": list(events), "headers": dict(headers)}
        return self._parsed(_read("register webhook", "POST", "/webhooks", json=body), schemas.Webhook)

    def _lost(self, call: Call, answer: Answer) -> AlphaSwarmError | None:
        """The verdict on a 404 that Clay itself did not say: the address is wrong."""
        lost = answer.status == HTTPStatus.NOT_FOUND and error_code(answer.body) != facts.NOT_FOUND
        return self._http.verdict(call, answer) if lost else None

    def _parsed(self, call: Call, model: type[Model]) -> Model:
        return self._http.parsed(call, self._http.call(call), model)


def search_chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """So many, each once, as a search may ask for."""
    rest = iter(dict.fromkeys(values))
    while chunk := list(itertools.islice(rest, facts.SEARCH_PAGE)):
        yield chunk


def _read(operation: str, method: str, path: str, **more: Any) -> Call:
    """A call that may be repeated and counts against no limit."""
    return Call(operation=operation, method=method, path=path, effect=False, limit=None, **more)


def _searching(search: Search, page: int, **more: Any) -> Call:
    table_id, query = search
    body = {"query": dict(query), "page": page, "limit": facts.SEARCH_PAGE}
    return _read("search rows", "POST", f"{_table(table_id)}/search", json=body, **more)


def _table(table_id: str) -> str:
    return f"/tables/{segment(table_id)}"


def _row(table_id: str, row_id: str) -> str:
    return f"{_table(table_id)}/rows/{segment(row_id)}"


def _row_errors(answer: Answer) -> list[schemas.RowError]:
    try:
        return schemas.RefusedRows.model_validate(answer.body).error.row_errors
    except ValidationError:
        return []
