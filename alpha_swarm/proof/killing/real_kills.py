"""``kill -9`` of any process of ours, again and again, while leads are on their way."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof.killing.blows import SUPERVISOR, Blows
from alpha_swarm.proof.system.installation import WORKERS, installed
from alpha_swarm.proof.system.watch import watching
from alpha_swarm.proof.trial import Result, Trial

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.proof.system.installation import Installation
    from alpha_swarm.proof.system.watch import Watch

_PORTIONS = 4
#: A blow may miss: whom it was meant for had just ended.
_ATTEMPTS_A_KILL = 5


class RealKills(Trial):
    """Workers, API, scheduler, Redis and now and then the supervisor die, at most ``longest_pause`` apart.

    In the meantime the books are looked at ten times a second; in the end everything has settled.
    """

    name: ClassVar[str] = "kill -9 of any process"
    guarantees: ClassVar[tuple[int, ...]] = (2, 5)
    seconds: ClassVar[float] = 45.0

    def __init__(
        self,
        *,
        kills: int = 20,
        leads: int = 120,
        longest_pause: float = 2.0,
        patience: float = 120.0,
        workers: str = WORKERS,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """``patience``: seconds after the last kill in which everything has to settle."""
        self._kills = kills
        self._leads = leads
        self._longest_pause = longest_pause
        self._patience = patience
        self._workers = workers
        self._environ = environ

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Kill, let it recover, count."""
        with (
            installed(ground, "kills", workers=self._workers, environ=self._environ) as system,
            watching(system.app.ledger.engine) as watch,
        ):
            blows = Blows(system, watch, chance)
            self._strike(system, blows, chance)
            killed = time.monotonic()
            system.settle(self._patience)
            settled = time.monotonic() - killed
            system.stop()
            found = system.audit()
        figures = _figures(blows, watch, settled)
        return Result(blows.landed, (*watch.violations, *found), figures)

    def _strike(self, system: Installation, blows: Blows, chance: random.Random) -> None:
        """Portions of leads between the blows, so that there is always something on its way."""
        portions = _portions(self._leads)
        _add_what_is_due(system, portions, 0)
        system.start()
        system.wait_for_work()
        for _ in range(_ATTEMPTS_A_KILL * self._kills):
            done = blows.counts.total()
            if done >= self._kills:
                return
            _add_what_is_due(system, portions, done * _PORTIONS // self._kills)
            blows.strike(supervisor=done == self._kills // 2)
            time.sleep(chance.uniform(0, self._longest_pause))
            system.keep()


def _add_what_is_due(system: Installation, portions: list[Sequence[str]], due: int) -> None:
    if portions[due]:
        system.add(portions[due])
        portions[due] = []


def _portions(leads: int) -> list[Sequence[str]]:
    names = [f"killed-{number:05d}" for number in range(leads)]
    return [names[start::_PORTIONS] for start in range(_PORTIONS)]


def _figures(blows: Blows, watch: Watch, settled: float) -> dict[str, float]:
    seconds = watch.takeovers.seconds
    return {
        "kills": blows.counts.total(),
        "kills of the supervisor": blows.counts[SUPERVISOR],
        "kills with work in hand": blows.landed,
        "looks at the books": watch.looks,
        "leads taken over": len(seconds),
        "takeover seconds, longest": round(max(seconds, default=0.0), 1),
        "takeover seconds, median": round(statistics.median(seconds), 1) if seconds else 0.0,
        "seconds to settle": round(settled, 1),
    }
