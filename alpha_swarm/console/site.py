"""The console as an ASGI app, to be mounted at ``/console``."""

from __future__ import annotations

from contextlib import ExitStack
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from alpha_swarm.assembly import parts
from alpha_swarm.console.desk import desk
from alpha_swarm.console.door import Door
from alpha_swarm.console.headers import Headers
from alpha_swarm.console.pages import (
    alerts,
    charts,
    dead_letters,
    flow,
    leads,
    money,
    quality,
    targets,
    workers,
)
from alpha_swarm.console.rendering import FILES, Pages
from alpha_swarm.console.sessions import Sessions
from alpha_swarm.console.sign_in import SignIn
from alpha_swarm.console.throttle import Throttle
from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from alpha_swarm.app import App

_SAID: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "There is no such page.",
    HTTPStatus.FORBIDDEN: "This page was open for too long: go back, reload it, and try again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The ledger is busy or out of reach: try again in a moment, and look at"
    " DATABASE_URL and the disk if it stays so.",
}


class Console:
    """The pages; without a password one that says what to set."""

    def __init__(self, app: App) -> None:
        self._open = ExitStack()
        settings = app.settings.console
        if settings.user is None or settings.password is None:
            self.pages: ASGIApp = Headers(_closed(Pages(app.settings.environment)))
        else:
            password = settings.password.get_secret_value().encode()
            self.pages = Headers(self._site(app, settings.user.encode(), password))

    def close(self) -> None:
        """Ask nothing any more."""
        self._open.close()

    def _site(self, app: App, user: bytes, password: bytes) -> Starlette:
        at_hand = desk(app)
        self._open.callback(at_hand.pool.shutdown)
        sessions = Sessions(parts.key(app.settings), password, app.ledger, app.clock)
        secure = (app.settings.api.base_url or "").startswith("https:")
        door = Door(at_hand, sessions, secure=secure)
        sign_in = SignIn(door, user, password, Throttle(app.clock))
        return Starlette(routes=_routes(door, sign_in), exception_handlers=_troubles(at_hand.pages))


def _routes(door: Door, sign_in: SignIn) -> list[Route | Mount]:
    return [
        Mount("/static", StaticFiles(directory=FILES)),
        Route("/sign-in", sign_in.form, methods=["GET"]),
        Route("/sign-in", sign_in.enter, methods=["POST"]),
        Route("/sign-out", door.act(sign_in.leave), methods=["POST"]),
        Route("/", door.page(flow.show)),
        Route("/targets", door.page(targets.show)),
        Route("/targets/{target}/pause", door.act(targets.pause), methods=["POST"]),
        Route("/targets/{target}/resume", door.act(targets.resume), methods=["POST"]),
        Route("/money", door.page(money.show)),
        Route("/dead-letters", door.page(dead_letters.show)),
        Route("/dead-letters/plan", door.act(dead_letters.plan), methods=["POST"]),
        Route("/dead-letters/apply", door.act(dead_letters.apply), methods=["POST"]),
        Route("/dead-letters/discard", door.act(dead_letters.discard), methods=["POST"]),
        Route("/dead-letters/replays/{replay_id}/stop", door.act(dead_letters.stop), methods=["POST"]),
        Route("/charts", door.page(charts.show)),
        Route("/charts.css", charts.style),
        Route("/quality", door.page(quality.show)),
        Route("/quality/sample", door.page(quality.sample)),
        Route("/quality/sample", door.act(quality.draw), methods=["POST"]),
        Route("/quality/sample/{sample_id}", door.act(quality.mark), methods=["POST"]),
        Route("/alerts", door.page(alerts.show)),
        Route("/alerts/run/{name}", door.act(alerts.run), methods=["POST"]),
        Route("/workers", door.page(workers.show)),
        Route("/leads", door.page(leads.search)),
        Route("/leads", door.act(leads.find), methods=["POST"]),
        Route("/leads/{lead_id}", door.page(leads.show)),
    ]


def _closed(pages: Pages) -> Starlette:
    """404: there is nothing here, and a probe should not think that it will come."""

    async def closed(_request: Request) -> Response:
        return pages.show("closed", code=HTTPStatus.NOT_FOUND)

    return Starlette(routes=[Mount("/static", StaticFiles(directory=FILES)), Route("/{path:path}", closed)])


def _troubles(pages: Pages) -> dict[type[Exception] | int, Callable[..., Response]]:
    def show(status: int) -> Response:
        said = _SAID.get(status) or HTTPStatus(status).description or HTTPStatus(status).phrase
        return pages.show("trouble", code=status, said=said)

    def refused(_request: Request, error: HTTPException) -> Response:
        return show(error.status_code)

    def busy(_request: Request, _error: RetryLaterError) -> Response:
        return show(HTTPStatus.SERVICE_UNAVAILABLE)

    return {HTTPException: refused, RetryLaterError: busy}
