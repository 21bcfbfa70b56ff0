"""``POST /webhooks/clay/enrichment-complete``: verified, stored as it came, answered; read afterwards."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.api.bodies import read_body

if TYPE_CHECKING:
    from starlette.requests import Request

    from alpha_swarm.api.group_commit import GroupCommit
    from alpha_swarm.api.keys import Keys

PATH = "/webhooks/clay/enrichment-complete"
SECRET_HEADER = "x-webhook-secret"  # noqa: S105 - a header's name
MOST_BYTES = 1 << 20


def route(keys: Keys, group: GroupCommit[bytes, None]) -> Route:
    """A plain route: a burst of webhooks has no time for more."""

    async def take(request: Request) -> Response:
        keys.require(request)
        body = await read_body(request, MOST_BYTES)
        await asyncio.wrap_future(group.submit(body, len(body)))
        return JSONResponse({"ok": True}, status_code=HTTPStatus.ACCEPTED)

    return Route(PATH, take, methods=["POST"])
