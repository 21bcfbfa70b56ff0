"""Request bodies, read no further than they may be long, and no longer than they may take."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.api.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

#: Ten megabytes in this time are 2.7 megabits a second.
SECONDS = 30.0


async def read_body(request: Request, most: int) -> bytes:
    """The whole body of at most ``most`` bytes.

    Raises:
        Problem: 413, as soon as it is known to be longer; 408 when it does not come.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise _too_large(most)
    try:
        async with asyncio.timeout(SECONDS):
            return await _read(request, most)
    except TimeoutError:
        message = f"the body must be here within {SECONDS:.0f} seconds"
        raise _ended(HTTPStatus.REQUEST_TIMEOUT, "too_slow", message) from None


async def _read(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> Problem:
    return _ended(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"the body may have {most:,} bytes")


def _ended(status: HTTPStatus, code: str, message: str) -> Problem:
    """What is left of the body is not waited for."""
    return Problem(status, code, message, headers={"Connection": "close"})
