"""`/_sandbox/crm_webhooks`: who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.sandbox.crm_webhooks.orders import TellingOrder

if TYPE_CHECKING:
    from starlette.requests import Request

    from alpha_swarm.sandbox.crm_webhooks.telling import Telling

_PATH = "/_sandbox/crm_webhooks"


class TellingAdmin:
    """Handlers for whoever runs the sandbox."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    def routes(self) -> list[Route]:
        """The routes under `/_sandbox/crm_webhooks`."""
        return [
            Route(_PATH, self._show, methods=["GET"]),
            Route(f"{_PATH}/{{system}}", self._order, methods=["POST"]),
            Route(f"{_PATH}/{{system}}", self._end, methods=["DELETE"]),
        ]

    async def _show(self, _request: Request) -> Response:
        told = {"ghl_public_key": self._telling.ghl.public_key, "under_way": self._telling.under_way}
        return JSONResponse(told)

    async def _order(self, request: Request) -> Response:
        system = request.path_params["system"]
        if system not in self._telling.deliverers:
            return JSONResponse({"error": f"there is no webhook of {system}"}, status_code=404)
        try:
            self._telling.order(system, TellingOrder.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(status_code=201)

    async def _end(self, request: Request) -> Response:
        self._telling.order(request.path_params["system"], None)
        return Response(status_code=204)
