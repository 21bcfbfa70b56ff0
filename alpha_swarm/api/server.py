"""The HTTP door as an ASGI app and as a process."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from fastapi import FastAPI

from alpha_swarm import __version__, telemetry
from alpha_swarm.api import health, leads, metrics, openapi, problems, slack, webhooks
from alpha_swarm.api.crm.doors import doors
from alpha_swarm.api.group_commit import GroupCommit
from alpha_swarm.api.headings import BoundedHeadings
from alpha_swarm.api.keys import Keys
from alpha_swarm.api.recent import Recent
from alpha_swarm.api.signatures import Signature
from alpha_swarm.api.taking import TakeAll
from alpha_swarm.api.throughput import Throughput
from alpha_swarm.app import build
from alpha_swarm.clock import SystemClock
from alpha_swarm.console.site import Console
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.pipeline.inbox import CLAY
from alpha_swarm.pipeline.pings import PINGS
from alpha_swarm.queueing.aside import Aside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from alpha_swarm.api.deliveries import Delivery
    from alpha_swarm.app import App
    from alpha_swarm.config import Settings
    from alpha_swarm.domain.crm.news import System
    from alpha_swarm.domain.messages.approvals import Answer
    from alpha_swarm.inbound.pieces import Pieces

log = structlog.get_logger(__name__)

_BACKLOG = 2048
#: Requests in hand may wait for the ledger; the supervisor gives a part 28 s to end.
_DRAIN_SECONDS = 20


def create_app(app: App) -> FastAPI:
    """The door of an application; its documents are shown in the sandbox environment alone."""
    door = keys_of(app)
    clay = Keys("CLAY_WEBHOOK_SECRET", app.settings.clay.webhook_secrets, header=webhooks.SECRET_HEADER)
    deliveries: GroupCommit[Delivery, Mapping[str, Any] | None] = GroupCommit(
        TakeAll(app.ledger, app.receive), "leads"
    )
    letters: GroupCommit[bytes, None] = GroupCommit(_store(app, CLAY), "webhooks")
    pings: GroupCommit[bytes, None] = GroupCommit(_store(app, PINGS), "pings")
    news: GroupCommit[tuple[System, Pieces], None] = GroupCommit(_store_news(app), "news")
    answers: GroupCommit[Answer, None] = GroupCommit(_store_answers(app), "answers")
    recent = Recent(app.status, SystemClock())
    console = Console(app)

    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        app.rights.catch_up()
        yield
        for one in (deliveries, letters, pings, news, answers, console):
            one.close()

    api = FastAPI(title="Alpha Swarm", version=__version__, lifespan=lifespan, **_documents(app.settings))
    problems.install(api)
    api.router.routes.append(webhooks.route(clay, letters))
    api.router.routes.append(webhooks.pings_route(_signature_of_pings(app), pings))
    signature = slack.SlackSignature(app.settings.slack.signing_secret, SystemClock())
    api.router.routes.append(slack.route(signature, answers))
    for one in doors(app.settings, SystemClock()):
        api.router.routes.extend(one.routes(news))
    for router in (
        leads.routes(app, door, deliveries),
        health.routes(app, door, recent),
        metrics.routes(recent, Recent(app.figures, SystemClock()), Throughput(app.executions.hours)),
    ):
        api.include_router(router)
    api.mount("/console", console.pages)
    _add_security(api)
    return api


def keys_of(app: App) -> Keys:
    """The keys of those who bring leads."""
    return Keys("API_KEYS", app.settings.api.keys)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end the requests in hand; the process ends with 0.

    Raises:
        ConfigurationError: the ledger cannot be opened, or the port is not to be had.
    """
    _configure_telemetry(settings)
    app = build(settings, holder=f"api-{os.getpid()}-{secrets.token_hex(4)}")
    # A Redis that hangs must not hold up an answer: the leads are safe in the ledger by then.
    app.hints = Aside(app.hints)  # type: ignore[assignment]  # the same questions and orders
    # uvicorn raises the signal again when it has drained; this makes that an ordinary end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        with _listen(settings.api.host, settings.api.port) as listener:
            log.info("door_open", host=settings.api.host, port=listener.getsockname()[1])
            uvicorn.Server(_config(create_app(app))).run(sockets=[listener])
    finally:
        app.close()


def _signature_of_pings(app: App) -> Signature:
    secrets_ = app.settings.clay.routine_webhook_secrets
    return Signature("CLAY_ROUTINE_WEBHOOK_SECRET", secrets_, webhooks.SIGNATURE_HEADER)


def _store(app: App, source: str) -> Any:
    def store(bodies: Sequence[bytes]) -> Sequence[None]:
        app.receive_webhook(bodies, source)
        return [None] * len(bodies)

    return store


def _store_news(app: App) -> Any:
    def store(deliveries: Sequence[tuple[System, Pieces]]) -> Sequence[None]:
        app.news.store(deliveries)
        return [None] * len(deliveries)

    return store


def _store_answers(app: App) -> Any:
    def store(answers: Sequence[Answer]) -> Sequence[None]:
        app.approvals.answer(answers)
        return [None] * len(answers)

    return store


def _documents(settings: Settings) -> dict[str, Any]:
    if settings.environment == "sandbox":
        return {}
    return {"openapi_url": None, "docs_url": None, "redoc_url": None}


def _add_security(api: FastAPI) -> None:
    """The handlers look at the key themselves, so FastAPI does not know of it."""
    generate = api.openapi

    def with_security() -> dict[str, Any]:
        document = generate()
        document.setdefault("components", {})["securitySchemes"] = openapi.SCHEMES
        return document

    api.openapi = with_security  # type: ignore[method-assign]  # FastAPI's own way of extending the document


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ConfigurationError(
            f"API_HOST, API_PORT: {host}:{port} cannot be used ({error.strerror}); choose another port"
        ) from None


def _config(api: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        api,
        http=BoundedHeadings,
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )


def _configure_telemetry(settings: Settings) -> None:
    dsn = settings.sentry_dsn
    telemetry.configure(
        log_format=settings.log_format,
        sentry_dsn=dsn.get_secret_value() if dsn else None,
        environment=settings.environment,
    )
