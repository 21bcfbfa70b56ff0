"""Request bodies, read no further than they may be long."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.api.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request


async def read_body(request: Request, most: int) -> bytes:
    """The whole body of at most ``most`` bytes.

    Raises:
        Problem: 413, as soon as it is known to be longer.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise _too_large(most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _too_large(most: int) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_large",
        f"the body may have {most:,} bytes",
        headers={"Connection": "close"},
    )
