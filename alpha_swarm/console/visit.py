"""What a request to the console brings along, and how its form is read."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from alpha_swarm.console.sessions import Session

if TYPE_CHECKING:
    from starlette.requests import Request


#: The hidden field of each form.
TOKEN = "token"  # noqa: S105 - a field's name
_MOST_BYTES = 64 << 10
_MOST_FIELDS = 100
_ONWARDS = re.compile(r"/console/[A-Za-z0-9/_-]*")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who may make it."""

    session: Session
    path: Mapping[str, str]
    """Parts of the path."""
    query: Mapping[str, str]
    form: Mapping[str, str]
    address: str = ""
    """Where the request comes from."""

    @property
    def ours(self) -> bool:
        """Whether the form is one that we showed to this browser."""
        return hmac.compare_digest(self.form.get(TOKEN, "").encode(), self.session.token.encode())


def visit(request: Request, session: Session, form: Mapping[str, str]) -> Visit:
    """The request as the pages take it."""
    address = request.client.host if request.client else ""
    return Visit(session, request.path_params, request.query_params, form, address)


def onwards(path: str | None) -> str:
    """A page of the console to go to, and never another site."""
    return path if path and _ONWARDS.fullmatch(path) and "//" not in path else "/console/"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form.

    Raises:
        HTTPException: 413 or 400.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return dict(pairs)
