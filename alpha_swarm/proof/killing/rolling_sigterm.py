"""A rolling deploy: SIGTERM to every part in turn, each of which ends its work first."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof.system.installation import WORKERS, installed
from alpha_swarm.proof.system.leases import in_hand
from alpha_swarm.proof.system.watch import watching
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.proof.system.installation import Installation
    from alpha_swarm.proof.system.parts import Part
    from alpha_swarm.proof.system.watch import Watch

DRAIN_SECONDS = 30.0
#: So long a part is waited for to have something in hand; some never have.
_BUSY_SECONDS = 3.0
_LOOK_SECONDS = 0.01


class RollingSigterm(Trial):
    """Every worker, the API and the scheduler are told to end while leads are on their way."""

    name: ClassVar[str] = "SIGTERM to every part in turn"
    guarantees: ClassVar[tuple[int, ...]] = (2, 5)
    seconds: ClassVar[float] = 40.0

    def __init__(
        self,
        *,
        leads: int = 160,
        patience: float = 120.0,
        workers: str = WORKERS,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._leads = leads
        self._patience = patience
        self._workers = workers
        self._environ = environ

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """End the parts in an order of chance."""
        names = [f"rolled-{number:05d}" for number in range(self._leads)]
        with (
            installed(ground, "sigterm", workers=self._workers, environ=self._environ) as system,
            watching(system.app.ledger.engine) as watch,
        ):
            system.add(names[::2])
            system.start()
            system.wait_for_work()
            system.add(names[1::2])
            roll = _Roll(system, watch)
            there = [part for part in system.parts() if part.name != "redis"]
            chance.shuffle(there)
            for part in there:
                roll.end(part)
            system.settle(self._patience)
            system.stop()
            found = system.audit()
        figures = {
            "parts ended": len(there),
            "with work in hand": roll.landed,
            "drain seconds, longest": round(roll.slowest, 1),
        }
        return Result(roll.landed, (*watch.violations, *roll.late, *found), figures)


class _Roll:
    def __init__(self, system: Installation, watch: Watch) -> None:
        self._system = system
        self._watch = watch
        self.landed = 0
        self.slowest = 0.0
        self.late: list[Violation] = []

    def end(self, part: Part) -> None:
        """SIGTERM, if possible with work in hand, and wait for its end."""
        if part.holder:
            self.landed += self._busy(part)
        part.signal(signal.SIGTERM)
        part.signal(signal.SIGCONT)
        started = time.monotonic()
        while not part.gone and time.monotonic() - started < DRAIN_SECONDS:
            time.sleep(_LOOK_SECONDS)
        took = time.monotonic() - started
        self.slowest = max(self.slowest, took)
        if not part.gone:
            self.late.append(Violation("drain", part.name, f"still there after {took:.0f} s"))
        self._system.keep()

    def _busy(self, part: Part) -> bool:
        """Freeze it with work in hand; whether that came about."""
        end = time.monotonic() + _BUSY_SECONDS
        while time.monotonic() < end:
            if self._has_work(part) and part.freeze():
                if self._has_work(part):
                    return True
                part.signal(signal.SIGCONT)
            time.sleep(_LOOK_SECONDS)
        return False

    def _has_work(self, part: Part) -> bool:
        with self._watch.reading() as connection:
            return bool(in_hand(connection, part.holder))
