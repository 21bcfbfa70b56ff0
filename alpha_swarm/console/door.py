"""Lets those in who are signed in, and sends the others to sign in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from alpha_swarm.console.rendering import go_to
from alpha_swarm.console.visit import read_form, visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.sessions import Session, Sessions
    from alpha_swarm.console.visit import Visit

    Endpoint = Callable[[Request], Awaitable[Response]]
    Handler = Callable[[Desk, Visit], Response]

COOKIE = "alpha_swarm_console"


class Door:
    """Stands before each page; ``secure``: the browser reaches us by https alone."""

    def __init__(self, desk: Desk, sessions: Sessions, *, secure: bool) -> None:
        self.desk = desk
        self.sessions = sessions
        self._secure = secure

    def page(self, handler: Handler) -> Endpoint:
        """A page that is looked at."""

        async def endpoint(request: Request) -> Response:
            session = await self.session(request)
            if session is None or session.user is None:
                return self._outside(request)
            return await run_in_threadpool(handler, self.desk, visit(request, session, {}))

        return endpoint

    def act(self, handler: Handler) -> Endpoint:
        """A form that does something: nothing, unless we showed it to this browser.

        Raises:
            HTTPException: 403.
        """

        async def endpoint(request: Request) -> Response:
            session = await self.session(request)
            if session is None or session.user is None:
                return go_to("/console/sign-in")
            made = visit(request, session, await read_form(request))
            if not made.ours:
                raise HTTPException(HTTPStatus.FORBIDDEN)
            return await run_in_threadpool(handler, self.desk, made)

        return endpoint

    async def session(self, request: Request) -> Session | None:
        """Of whoever asks."""
        return await run_in_threadpool(self.sessions.read, request.cookies.get(COOKIE))

    def remember(self, response: Response, session: Session, seconds: int) -> Response:
        """Give the browser its cookie."""
        response.set_cookie(
            COOKIE,
            self.sessions.close(session),
            max_age=seconds,
            path="/console",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def forget(self, response: Response) -> Response:
        """Take it away."""
        response.delete_cookie(COOKIE, path="/console", secure=self._secure, httponly=True, samesite="strict")
        return response

    def _outside(self, request: Request) -> Response:
        """Whoever follows a link from elsewhere brings no cookie along at first: we send them once round."""
        path = request.url.path
        if request.headers.get("sec-fetch-site") == "cross-site":
            return self.desk.pages.show("onwards", path=path)
        return go_to(f"/console/sign-in?next={quote(path)}")
