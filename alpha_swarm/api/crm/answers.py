"""What each sender takes for a yes, and for a request to send the same again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from alpha_swarm.api.problems import Problem, busy
from alpha_swarm.errors import RetryLaterError

log = structlog.get_logger(__name__)

Take = Callable[[Request], Awaitable[None]]
"""Takes a delivery in, durably."""
Answer = Callable[[Request], Awaitable[Response]]

#: One sender hangs up after five seconds, and then believes us not to be there.
SECONDS = 4.0
_AGAIN_SECONDS = 60
_ACK = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>{}</Ack>'
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)


async def in_time(stored: asyncio.Future[None], seconds: float | None = None) -> None:
    """Wait until it is durable, for as long as the sender waits.

    Raises:
        RetryLaterError: it is not, or nobody can say in time.
    """
    try:
        await asyncio.wait_for(stored, SECONDS if seconds is None else seconds)
    except TimeoutError:
        raise RetryLaterError("the ledger is slow", _AGAIN_SECONDS) from None


def plain(take: Take) -> Answer:
    """200; what cannot be stored is 503, which these senders repeat."""

    async def answer(request: Request) -> Response:
        await take(request)
        return JSONResponse({"ok": True})

    return answer


def only_429(take: Take) -> Answer:
    """For a sender that repeats on 429 alone: any other refusal loses the event for good."""

    async def answer(request: Request) -> Response:
        try:
            await take(request)
        except (Problem, ClientDisconnect):
            raise
        except RetryLaterError as error:
            raise _again(error) from None
        except Exception:
            # Whatever it was, the event must come again.
            log.exception("delivery_failed")
            raise _again(RetryLaterError("failed", _AGAIN_SECONDS)) from None
        return JSONResponse({"ok": True})

    return answer


def acknowledged(take: Take) -> Answer:
    """SOAP; without a yes the sender repeats for a day."""

    async def answer(request: Request) -> Response:
        try:
            await take(request)
        except Problem as problem:
            if problem.status != HTTPStatus.BAD_REQUEST:
                raise
            return _ack(yes=False)
        except RetryLaterError:
            return _ack(yes=False)
        return _ack(yes=True)

    return answer


def _again(error: RetryLaterError) -> Problem:
    same = busy(error)
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, same.code, str(same), headers=same.headers)


def _ack(*, yes: bool) -> Response:
    return Response(_ACK.format("true" if yes else "false"), media_type="text/xml")
