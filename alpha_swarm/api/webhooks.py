"""``POST /webhooks/clay/…``: verified, stored as it came, answered; read afterwards."""

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
    from alpha_swarm.api.signatures import Signature

PATH = "/webhooks/clay/enrichment-complete"
SECRET_HEADER = "x-webhook-secret"  # noqa: S105 - a header's name
MOST_BYTES = 1 << 20

PINGS_PATH = "/webhooks/clay/routines"
SIGNATURE_HEADER = "x-clay-signature"
#: A ping names a run and holds no more.
_MOST_OF_A_PING = 16 << 10


def route(keys: Keys, group: GroupCommit[bytes, None]) -> Route:
    """A plain route: a burst of webhooks has no time for more."""

    async def take(request: Request) -> Response:
        keys.require(request)
        body = await read_body(request, MOST_BYTES)
        await asyncio.wrap_future(group.submit(body, len(body)))
        return JSONResponse({"ok": True}, status_code=HTTPStatus.ACCEPTED)

    return Route(PATH, take, methods=["POST"])


def pings_route(signature: Signature, group: GroupCommit[bytes, None]) -> Route:
    """The signature is over the body as it came, so it is read first."""

    async def take(request: Request) -> Response:
        body = await read_body(request, _MOST_OF_A_PING)
        signature.require(request, body)
        await asyncio.wrap_future(group.submit(body, len(body)))
        return JSONResponse({"ok": True}, status_code=HTTPStatus.ACCEPTED)

    return Route(PINGS_PATH, take, methods=["POST"])
