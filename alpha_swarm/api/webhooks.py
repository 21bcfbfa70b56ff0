"""``POST /webhooks/clay/…``: verified, stored as it came, answered; read afterwards."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.api.bodies import read_body
from alpha_swarm.api.body_secret import Delivery, opened
from alpha_swarm.api.problems import Problem

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
        delivery = await _verified(request, keys)
        await asyncio.wrap_future(group.submit(delivery.body, len(delivery.body)))
        if not delivery.is_json:
            # Kept all the same: whoever sent it sees red, and a person can read what came.
            raise Problem(HTTPStatus.BAD_REQUEST, "not_json", "the body is not JSON; it was put aside")
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


async def _verified(request: Request, keys: Keys) -> Delivery:
    """By a header, else by the secret in the body.

    Raises:
        Problem: 401; 413.
    """
    if keys.shown_by(request):
        keys.require(request)
        return opened(await read_body(request, MOST_BYTES))
    delivery = opened(await read_body(request, MOST_BYTES))
    if delivery.secret is None or not keys.match(delivery.secret):
        keys.require(request)
    return delivery
