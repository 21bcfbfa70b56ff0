"""The sandbox as an ASGI app and as a process."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.routing import Router

from alpha_swarm.sandbox.admin import Admin
from alpha_swarm.sandbox.clay.sources.admin import SourcesAdmin
from alpha_swarm.sandbox.connection import ExposingProtocol
from alpha_swarm.sandbox.crm_webhooks.admin import TellingAdmin
from alpha_swarm.sandbox.gateway import Gateway
from alpha_swarm.sandbox.hubspot.admin import HubSpotAdmin
from alpha_swarm.sandbox.salesforce.admin import OrgAdmin
from alpha_swarm.sandbox.slack.pressing import Pressing
from alpha_swarm.sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from alpha_swarm.sandbox.settings import SandboxSettings

_BACKLOG = 2048
_GRACE_SECONDS = 1
_KEEP_ALIVE_SECONDS = 75


def create_app(settings: SandboxSettings) -> Router:
    """The ASGI app: Clay below `/clay`, the CRMs and Slack each below its name, and `/_sandbox`.

    Faults that hang up need `serve` or `running`: their connections know how.
    """
    world = World(settings)
    gateway = Gateway(settings, world.log, world.faults, world.limiter)
    services = world.services()
    routes = [route for service in services for route in gateway.routes(service)]
    routes += [gateway.unknown_path(service) for service in services]

    @asynccontextmanager
    async def deliver(_app: Router) -> AsyncGenerator[None]:
        for deliverer in world.deliverers():
            await deliverer.start()
        yield
        for deliverer in world.deliverers():
            await deliverer.stop()

    routes += [*Admin(world).routes(), *SourcesAdmin(world.sources).routes()]
    routes += HubSpotAdmin(world.hubspot.portal).routes()
    routes += OrgAdmin(world.salesforce).routes()
    routes += Pressing(world.slack.messages).routes()
    routes += TellingAdmin(world.telling).routes()
    return Router(routes=routes, lifespan=deliver)


class _Server(uvicorn.Server):
    """A uvicorn server for which SIGTERM and SIGINT are an ordinary end."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _server(settings: SandboxSettings) -> _Server:
    return _Server(
        uvicorn.Config(
            create_app(settings),
            http=ExposingProtocol,
            ws="none",
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
    )


def serve(
    settings: SandboxSettings,
    host: str = "127.0.0.1",
    port: int = 0,
    announce: Callable[[int], None] = lambda _port: None,
) -> None:
    """Run until SIGTERM or SIGINT; `announce` gets the real port once connections are taken.

    Raises OSError when the port is not to be had.
    """
    with socket.create_server((host, port), backlog=_BACKLOG) as listener:
        announce(listener.getsockname()[1])
        _server(settings).run(sockets=[listener])


@contextmanager
def running(settings: SandboxSettings) -> Generator[str]:
    """A sandbox on a free port of loopback in a thread of this process; gives its base URL."""
    with socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG) as listener:
        server = _server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
