"""`/_sandbox/sources`, `tables`, `column`, `rerun`: how the sources are set up, changed under way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.sandbox.webhook_orders import ColumnOrder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from alpha_swarm.sandbox.clay.sources.service import Sources


class SourcesAdmin:
    """Handlers; a change names what it changes and leaves the rest."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def routes(self) -> list[Route]:
        """The routes under `/_sandbox`."""
        changes = {
            "sources": self._sources.setup.put_source,
            "tables": self._sources.setup.put_table,
            "column": self._change_column,
        }
        return [
            Route("/_sandbox/sources", self._show, methods=["GET"]),
            *(Route(f"/_sandbox/{name}", self._put(put), methods=["POST"]) for name, put in changes.items()),
            Route("/_sandbox/rerun", self._rerun, methods=["POST"]),
        ]

    def _put(self, put: Callable[[dict[str, Any]], bool]) -> Callable[[Request], Awaitable[Response]]:
        async def change(request: Request) -> Response:
            try:
                new = put(_object(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, status_code=400)
            return JSONResponse(self._standing(), status_code=201 if new else 200)

        return change

    def _change_column(self, changes: dict[str, Any]) -> bool:
        column = self._sources.column
        column.change(ColumnOrder.model_validate({**column.order.model_dump(), **changes}))
        return False

    async def _show(self, _request: Request) -> Response:
        return JSONResponse(self._standing())

    async def _rerun(self, request: Request) -> Response:
        """Run every row once more, of the table named or of all; answers how many rows that are."""
        try:
            name = _object(await request.body() or b"{}").get("table")
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        tables = self._sources.setup.tables
        if name is not None and name not in tables:
            return JSONResponse({"error": f"tables are {sorted(tables)}"}, status_code=400)
        chosen = [table for key, table in tables.items() if name in {None, key}]
        return JSONResponse({"rows": sum(self._sources.runs.again(table) for table in chosen)})

    def _standing(self) -> dict[str, Any]:
        setup = self._sources.setup
        return {
            "sources": [source.order.model_dump() for source in setup.sources.values()],
            "tables": [table.order.model_dump() for table in setup.tables.values()],
            "column": self._sources.column.order.model_dump(),
        }


def _object(raw: bytes) -> dict[str, Any]:
    """Raises ValueError, as pydantic's ValidationError is one."""
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise ValueError("the body must be an object")  # noqa: TRY004 - it is a value of the client's
    return body
