"""Redis is broken in every way while leads are on their way; the ledger brings them through."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof.redis import faults
from alpha_swarm.proof.redis.scene import Scene, redis_scene
from alpha_swarm.proof.system.watch import watching
from alpha_swarm.proof.trial import Result, Trial

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from alpha_swarm.proof.ground import Ground

#: After each fault something has to move before the next one, or it would hit nobody.
_MOVE_SECONDS = 20.0
_LOOK_SECONDS = 0.05
_FAULTS_A_PORTION = 3


class RedisFaults(Trial):
    """Every fault once, and FLUSHALL so many times, in an order of chance."""

    name: ClassVar[str] = "Redis wiped, restarted, full, evicting, frozen, cut, read-only, locked, mute"
    guarantees: ClassVar[tuple[int, ...]] = (3,)
    seconds: ClassVar[float] = 60.0

    def __init__(
        self,
        *,
        flushes: int = 5,
        kinds: Sequence[str] = tuple(faults.ALL),
        leads: int = 150,
        patience: float = 120.0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._order = [*kinds, *[faults.flushed.__name__] * (flushes - (faults.flushed.__name__ in kinds))]
        self._leads = leads
        self._patience = patience
        self._environ = environ

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Break, mend, break again, and see that all come through."""
        with (
            redis_scene(ground, "redis", chance, self._environ) as scene,
            watching(scene.system.app.ledger.engine) as watch,
        ):
            hits = self._break(scene, chance)
            mended = time.monotonic()
            scene.system.settle(self._patience)
            settled = time.monotonic() - mended
            scene.system.stop()
            found = scene.system.audit()
        figures: dict[str, float] = {**hits, "faults that missed": sum(not one for one in hits.values())}
        figures["seconds to settle"] = round(settled, 1)
        return Result(sum(hits.values()), (*watch.violations, *found), figures)

    def _break(self, scene: Scene, chance: random.Random) -> Counter[str]:
        """A portion of leads comes in before every third fault."""
        order = chance.sample(self._order, len(self._order))
        names = [f"wiped-{number:05d}" for number in range(self._leads)]
        hits: Counter[str] = Counter(dict.fromkeys(order, 0))
        portions = _portions(names, (len(order) - 1) // _FAULTS_A_PORTION + 1)
        scene.system.add(portions.pop())
        scene.system.start()
        scene.system.wait_for_work()
        for number, kind in enumerate(order):
            if number and number % _FAULTS_A_PORTION == 0:
                scene.system.add(portions.pop())
            # A burst of replies that are lost counts as one fault.
            hits[kind] += bool(faults.ALL[kind](scene.server, scene.proxy))
            self._wait_for_traffic(scene)
        return hits

    @staticmethod
    def _wait_for_traffic(scene: Scene) -> None:
        """Until somebody has put something into Redis again."""
        end = time.monotonic() + _MOVE_SECONDS
        with scene.server.admin() as admin:
            while not admin.dbsize() and time.monotonic() < end:
                time.sleep(_LOOK_SECONDS)


def _portions(names: Sequence[str], number: int) -> list[Sequence[str]]:
    return [names[start::number] for start in range(number)]
