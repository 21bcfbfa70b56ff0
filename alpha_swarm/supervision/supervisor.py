"""Keeps the parts of an installation running on one machine."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.supervision.child import Child, Spec

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping

    from alpha_swarm.coordination.embedded import EmbeddedServer

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.1
#: A worker needs up to 25 s to end a running job.
DRAIN_SECONDS = 28.0
MISCONFIGURED_STARTS = 5


class Supervisor:
    """Starts parts, restarts what dies for ever, and ends them in peace.

    ``on_death`` is told the name under which a dead part took leases. A server that is handed in is kept
    alive, too, but neither started first nor stopped here. Children end with the thread that runs
    :meth:`tick`, which therefore has to live as long as they.
    """

    def __init__(
        self,
        specs: Iterable[Spec],
        *,
        environ: Mapping[str, str],
        on_death: Callable[[str], object],
        server: EmbeddedServer | None = None,
    ) -> None:
        self.children = [Child(spec, environ, on_death) for spec in specs]
        self._server = server

    def run(self, stop: threading.Event, on_tick: Callable[[], None] = lambda: None) -> None:
        """Tick until told to stop, then end all parts.

        Raises:
            ConfigurationError: a part ends at once, again and again, because of its configuration.
        """
        try:
            while not stop.is_set():
                self.tick()
                on_tick()
                stop.wait(TICK_SECONDS)
        finally:
            self.stop()

    def tick(self) -> None:
        """See to everything once."""
        self._keep_server()
        for child in self.children:
            child.tick()
            if child.misconfigured >= MISCONFIGURED_STARTS:
                raise ConfigurationError(f"{child.spec.name} cannot start: mend what its line above says")

    def stop(self) -> None:
        """SIGTERM to all; SIGKILL to what is still there after the time a job may take to end."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + DRAIN_SECONDS
        while not self._ended() and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS / 2)
        for child in self.children:
            child.signal(signal.SIGKILL)
        while not self._ended():
            time.sleep(TICK_SECONDS / 2)

    def _ended(self) -> bool:
        # Each is asked, so that each is buried as soon as it is dead.
        return sum(not child.ended() for child in self.children) == 0

    def _keep_server(self) -> None:
        if self._server is not None and not self._server.running():
            log.warning("redis_died")
            try:
                self._server.start()
            except ConfigurationError as error:
                log.error("redis_does_not_start", verdict=str(error))  # noqa: TRY400 - one line
