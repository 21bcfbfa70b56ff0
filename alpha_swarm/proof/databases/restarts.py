"""PostgreSQL is killed and started again, or ends all sessions, while leads are on their way."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.errors import RetryLaterError
from alpha_swarm.proof.databases.given_up import given_up
from alpha_swarm.proof.databases.server import own_server, programs
from alpha_swarm.proof.ground import Ground
from alpha_swarm.proof.system.installation import installed
from alpha_swarm.proof.trial import Result, Trial

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from alpha_swarm.proof.databases.server import Server
    from alpha_swarm.proof.system.installation import Installation

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.1
#: Seconds for which a server stays down.
_DOWN = (0.0, 2.0)


class ServerRestarts(Trial):
    """Inconclusive where no PostgreSQL server is installed: without one nothing can be killed."""

    name: ClassVar[str] = "PostgreSQL is killed and started again"
    guarantees: ClassVar[tuple[int, ...]] = (4, 5)
    seconds: ClassVar[float] = 45.0

    def __init__(
        self,
        *,
        blows: int = 6,
        leads: int = 100,
        pause: tuple[float, float] = (0.5, 2.0),
        patience: float = 120.0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """``pause``: seconds between blows; ``patience``: seconds after the last until all has settled."""
        self._blows = blows
        self._leads = leads
        self._pause = pause
        self._patience = patience
        self._environ = environ

    @property
    def missing(self) -> str:
        """Without a server nothing can be killed."""
        return "" if programs() else "PostgreSQL's programs are not installed"

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """On a server of its own, whatever the ground is."""
        del ground
        binaries = programs()
        if binaries is None:
            return Result(0)
        with own_server(binaries) as server, closing(Ground(server.url)) as own:
            return self._on(server, own, chance)

    def _on(self, server: Server, ground: Ground, chance: random.Random) -> Result:
        with installed(ground, "restarts", environ=self._environ) as system:
            system.add([f"restarted-{number:05d}" for number in range(self._leads)])
            system.start()
            _wait_for_work(system)
            landed = sum(self._strike(system, server, chance) for _ in range(self._blows))
            struck = time.monotonic()
            _settle(system, self._patience)
            seconds = time.monotonic() - struck
            system.stop()
            found = (*system.audit(), *given_up(system.app))
        return Result(landed, found, {"seconds to settle": round(seconds, 1)})

    def _strike(self, system: Installation, server: Server, chance: random.Random) -> bool:
        """One blow; whether somebody of the program's had a session that it cut off."""
        time.sleep(chance.uniform(*self._pause))
        hit = len(server.sessions()) > 0
        blow = chance.choice((server.kill, server.stop, server.end_sessions))
        blow()
        if blow != server.end_sessions:
            time.sleep(chance.uniform(*_DOWN))
            server.start()
        system.keep()
        return hit


class SessionsEnd(ServerRestarts):
    """Every session is ended, again and again; the server itself stays."""

    name: ClassVar[str] = "PostgreSQL ends all sessions"
    seconds: ClassVar[float] = 30.0

    def _strike(self, system: Installation, server: Server, chance: random.Random) -> bool:
        time.sleep(chance.uniform(*self._pause))
        hit = len(server.sessions()) > 0
        server.end_sessions()
        system.keep()
        return hit


def _wait_for_work(system: Installation) -> None:
    """Until the first leads are under way: blows before that would hit nothing but starts."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        leads = system.app.status()["leads"]
        if sum(leads.values()) > leads["received"]:
            return
        time.sleep(_LOOK_SECONDS)


def _settle(system: Installation, seconds: float) -> None:
    """Connections of ours that were cut off are noticed one by one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(RetryLaterError):
            system.settle(end - time.monotonic())
            return
