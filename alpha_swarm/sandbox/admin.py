"""`/_sandbox`: the ledger, the log, faults, limits, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.sandbox.clay import service as clay
from alpha_swarm.sandbox.faults import FaultOrder
from alpha_swarm.sandbox.ghl import service as ghl
from alpha_swarm.sandbox.hubspot import books as hubspot
from alpha_swarm.sandbox.instantly import service as instantly
from alpha_swarm.sandbox.limits import LimitOrder
from alpha_swarm.sandbox.salesforce import service as salesforce
from alpha_swarm.sandbox.slack import service as slack

if TYPE_CHECKING:
    from starlette.requests import Request

    from alpha_swarm.sandbox.world import World

_MOST_ENTRIES = 10_000
_LIMITS = TypeAdapter(dict[str, LimitOrder])


class Admin:
    """Handlers for whoever runs the sandbox or checks a run against it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The routes under `/_sandbox`."""
        return [
            Route("/_sandbox/ledger", self._ledger, methods=["GET"]),
            Route("/_sandbox/log", self._log, methods=["GET"]),
            Route("/_sandbox/faults", self._list_faults, methods=["GET"]),
            Route("/_sandbox/faults", self._add_fault, methods=["POST"]),
            Route("/_sandbox/faults", self._remove_faults, methods=["DELETE"]),
            Route("/_sandbox/limits", self._change_limits, methods=["POST"]),
            Route("/_sandbox/reset", self._reset, methods=["POST"]),
        ]

    async def _ledger(self, request: Request) -> Response:
        world, detail = self._world, request.query_params.get("detail") == "1"
        sums: dict[str, Any] = {
            "clay": self._clay(detail=detail),
            "ghl": ghl.ledger(world.ghl, world.log, detail=detail),
            "instantly": instantly.ledger(world.instantly.leads, world.log, detail=detail),
            "hubspot": hubspot.ledger(world.hubspot.portal, detail=detail),
            "slack": slack.ledger(world.slack, world.log, detail=detail),
            "salesforce": salesforce.ledger(world.salesforce, world.log, detail=detail),
            "in_flight_max": dict(world.log.in_flight_max),
        }
        return Response(to_json(sums), media_type="application/json")

    def _clay(self, *, detail: bool) -> dict[str, Any]:
        """All transports; what is summed over the log, as credits are, is summed over all."""
        world = self._world
        sums = clay.ledger(world.clay.workspace, detail=detail)
        if detail:
            sums["row_list"] += world.sources.row_list()
        return {
            **sums,
            "sources": world.sources.ledger(detail=detail),
            "routines": world.routines.ledger(detail=detail),
        }

    async def _log(self, request: Request) -> Response:
        """The log from entry `after` (a count, default 0) on, at most 10,000 entries."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal():
            return JSONResponse({"error": "after must be a whole number"}, status_code=400)
        entries = self._world.log.entries[int(after) : int(after) + _MOST_ENTRIES]
        return JSONResponse({"entries": [entry._asdict() for entry in entries]})

    async def _list_faults(self, _request: Request) -> Response:
        return JSONResponse({"faults": self._world.faults.listing()})

    async def _add_fault(self, request: Request) -> Response:
        try:
            order = FaultOrder.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        known = self._world.operations(order.service) | {"*"}
        if order.operation not in known:
            return JSONResponse({"error": f"operation must be one of {sorted(known)}"}, status_code=400)
        self._world.faults.add(order)
        return JSONResponse({"faults": self._world.faults.listing()}, status_code=201)

    async def _remove_faults(self, _request: Request) -> Response:
        self._world.faults.reset()
        return Response(status_code=204)

    async def _change_limits(self, request: Request) -> Response:
        """The body is `{NAME: {"amount": n, "seconds": x, "headers": bool}}`; a limit not named stays."""
        known = self._world.limits()
        try:
            orders = _LIMITS.validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        if not orders.keys() <= known:
            return JSONResponse({"error": f"limits are {sorted(known)}"}, status_code=400)
        for name, order in orders.items():
            self._world.limiter.change(name, order)
        return Response(status_code=204)

    async def _reset(self, _request: Request) -> Response:
        self._world.reset()
        return Response(status_code=204)
