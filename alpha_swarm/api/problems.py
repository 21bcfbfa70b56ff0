"""Errors in one shape: ``{"error": {"code": …, "message": …}}``, without traces and the caller's values."""

from __future__ import annotations

import math
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

log = structlog.get_logger(__name__)

_SOON = 2.0


class Problem(Exception):  # noqa: N818 - it is an answer
    """Ends a request with an error; ``more`` stands beside ``error`` in the body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def response(self) -> JSONResponse:
        """As it goes out."""
        body = {"error": {"code": self.code, "message": str(self)}, **self.more}
        return JSONResponse(body, status_code=self.status, headers=self.headers)


def unauthorised(remedy: str) -> Problem:
    """401."""
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", remedy, headers={"WWW-Authenticate": "Bearer"})


def busy(error: RetryLaterError) -> Problem:
    """503 with the seconds after which the same may work."""
    after = str(math.ceil(error.after or _SOON))
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "busy",
        "nothing was taken in; send the same again later",
        headers={"Retry-After": after},
    )


def install(app: FastAPI) -> None:
    """Give every error this shape."""

    @app.exception_handler(Problem)
    async def _problem(_request: Request, problem: Problem) -> Response:
        return problem.response()

    @app.exception_handler(RetryLaterError)
    async def _busy(_request: Request, error: RetryLaterError) -> Response:
        return busy(error).response()

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        code, headers = status.phrase.lower().replace(" ", "_"), error.headers
        return Problem(status, code, status.description or status.phrase, headers=headers).response()

    @app.exception_handler(ClientDisconnect)
    async def _gone(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=HTTPStatus.BAD_REQUEST)

    @app.exception_handler(Exception)
    async def _unexpected(_request: Request, error: Exception) -> Response:
        incident = secrets.token_hex(4)
        log.error("request_failed", error=type(error).__name__, incident=incident, exc_info=error)
        message = f"this is our fault; it was logged as {incident}"
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", message).response()
