"""Signing in and out."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING

import structlog
from starlette.concurrency import run_in_threadpool

from alpha_swarm.console.rendering import go_to
from alpha_swarm.console.sessions import SECONDS, VISIT_SECONDS
from alpha_swarm.console.visit import onwards, read_form, visit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.door import Door
    from alpha_swarm.console.throttle import Throttle
    from alpha_swarm.console.visit import Visit

log = structlog.get_logger(__name__)


class SignIn:
    """One name and one password, as the settings have them."""

    def __init__(self, door: Door, user: bytes, password: bytes, throttle: Throttle) -> None:
        self._door = door
        self._user = user
        self._password = password
        self._throttle = throttle

    async def form(self, request: Request) -> Response:
        """The page with the two fields."""
        session = await self._door.session(request)
        if session is not None and session.user is not None:
            return go_to("/console/")
        return await run_in_threadpool(self._ask, onwards(request.query_params.get("next")))

    async def enter(self, request: Request) -> Response:
        """Look at what was typed in."""
        session = await self._door.session(request)
        form = await read_form(request)
        path = onwards(form.get("next"))
        if session is None or not (made := visit(request, session, form)).ours:
            return await run_in_threadpool(self._ask, path, "This page was open for too long; try again.")
        return await run_in_threadpool(self._enter, made, path)

    def leave(self, desk: Desk, made: Visit) -> Response:
        """End the session, on our side too."""
        del desk
        self._door.sessions.end(made.session)
        return self._door.forget(go_to("/console/sign-in"))

    def _enter(self, made: Visit, path: str) -> Response:
        wait = self._throttle.admit(made.address)
        if wait:
            return self._slow(path, ceil(wait))
        if not self._right(made.form.get("user", ""), made.form.get("password", "")):
            log.warning("sign_in_refused")
            return self._ask(path, "That is not the right name and password.", HTTPStatus.FORBIDDEN)
        self._throttle.passed(made.address)
        session = self._door.sessions.begin(self._user.decode())
        return self._door.remember(go_to(path), session, SECONDS)

    def _right(self, user: str, password: str) -> bool:
        """Takes as long whatever is wrong."""
        same_user = hmac.compare_digest(user.encode(), self._user)
        same_password = hmac.compare_digest(password.encode(), self._password)
        return same_user & same_password

    def _slow(self, path: str, seconds: int) -> Response:
        said = f"Too many attempts: wait {seconds} s and try again."
        response = self._ask(path, said, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(seconds)
        return response

    def _ask(self, path: str, said: str | None = None, status: int = HTTPStatus.OK) -> Response:
        session = self._door.sessions.begin()
        page = self._door.desk.pages.show("sign_in", code=status, token=session.token, path=path, said=said)
        return self._door.remember(page, session, VISIT_SECONDS)
