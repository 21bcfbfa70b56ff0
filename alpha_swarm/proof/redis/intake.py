"""The doors go on answering while Redis is away."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar, Literal

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof.redis.scene import Scene, redis_scene
from alpha_swarm.proof.system.doors import HttpDoor
from alpha_swarm.proof.system.watch import watching
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from alpha_swarm.proof.ground import Ground

Away = Literal["stopped", "frozen", "blackholed"]

LONGEST_SECONDS = 1.0
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_PAUSE_SECONDS = 0.2
#: HTTP requests between two starts of the command line.
_BETWEEN = 10
#: Starts of the command line at least, as one alone may meet with another load.
_STARTS = 3


class IntakeWithoutRedis(Trial):
    """Leads come in by both doors for ``seconds_away`` without a Redis, and all of them arrive afterwards.

    The command line is a new process each time, whose start takes as long as the machine's other load wants:
    what counts there is the quickest one with Redis against the quickest one without, since a command that
    asked Redis would always wait for it.
    """

    name: ClassVar[str] = "intake while Redis is stopped"
    guarantees: ClassVar[tuple[int, ...]] = (3,)
    seconds: ClassVar[float] = 60.0
    away: ClassVar[Away] = "stopped"

    def __init__(
        self,
        *,
        seconds_away: float = 30.0,
        patience: float = 120.0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._seconds = seconds_away
        self._patience = patience
        self._environ = environ

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Take Redis away, send leads, bring it back."""
        with (
            redis_scene(ground, "intake", chance, self._environ) as scene,
            watching(scene.system.app.ledger.engine) as watch,
            closing(HttpDoor(scene.system.stage)) as door,
        ):
            scene.system.start()
            _wait_until_ready(door)
            usual = _usual(scene)
            self._take_away(scene)
            taken = self._send(scene, door)
            hit = not _reachable(scene)
            self._bring_back(scene)
            scene.system.settle(self._patience)
            scene.system.stop()
            found = scene.system.audit()
        extra = max(min(scene.system.command_line.seconds) - usual, 0.0)
        figures = {
            f"leads taken in with Redis {self.away}": taken,
            "slowest answer of POST /leads, seconds": round(door.slowest, 3),
            "quickest leads add, seconds more than with Redis": round(extra, 3),
        }
        slow = tuple(_slow({"POST /leads": door.slowest, "leads add": extra}))
        return Result(taken if hit else 0, (*watch.violations, *slow, *found), figures)

    def _take_away(self, scene: Scene) -> None:
        acts = {"stopped": scene.server.kill, "frozen": scene.server.freeze, "blackholed": scene.proxy.hang}
        acts[self.away]()

    def _bring_back(self, scene: Scene) -> None:
        acts = {"stopped": scene.server.start, "frozen": scene.server.thaw, "blackholed": scene.proxy.flow}
        acts[self.away]()

    def _send(self, scene: Scene, door: HttpDoor) -> int:
        """One lead after the other; how many were taken in."""
        end = time.monotonic() + self._seconds
        taken = 0
        while time.monotonic() < end or taken <= _BETWEEN * (_STARTS - 1):
            if taken % _BETWEEN == 0:
                scene.system.add([f"filed-{taken:05d}"])
            scene.system.told.add(door.add(f"posted-{taken:05d}"))
            taken += 1
            time.sleep(_PAUSE_SECONDS)
        return taken


class IntakeWithRedisFrozen(IntakeWithoutRedis):
    """The same with a server that takes commands and never answers."""

    name: ClassVar[str] = "intake while Redis is frozen"
    away: ClassVar[Away] = "frozen"


class IntakeWithRedisBlackholed(IntakeWithoutRedis):
    """The same with a network that swallows everything."""

    name: ClassVar[str] = "intake while Redis is behind a black hole"
    away: ClassVar[Away] = "blackholed"


def _reachable(scene: Scene) -> bool:
    """Whether a client of the installation would get an answer from Redis."""
    return scene.proxy.flows and scene.server.answers()


def _usual(scene: Scene) -> float:
    """Seconds that the command takes with Redis at its quickest; the figures start anew."""
    for number in range(_STARTS):
        scene.system.add([f"usual-{number}"])
    seconds = scene.system.command_line.seconds
    usual = min(seconds)
    seconds.clear()
    return usual


def _slow(answers: Mapping[str, float]) -> Iterator[Violation]:
    for door, seconds in answers.items():
        if seconds > LONGEST_SECONDS:
            yield Violation("slow", door, f"{seconds:.2f} s")


def _wait_until_ready(door: HttpDoor) -> None:
    end = time.monotonic() + _START_SECONDS
    while not door.ready():
        if time.monotonic() > end:
            raise AlphaSwarmError("the HTTP door did not open")
        time.sleep(_LOOK_SECONDS)
