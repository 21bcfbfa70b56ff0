"""``kill -9`` of one part, with what it had in hand at that very moment."""

from __future__ import annotations

import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

from alpha_swarm.proof.system.leases import holders, in_hand

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.system.installation import Installation
    from alpha_swarm.proof.system.parts import Part
    from alpha_swarm.proof.system.watch import Watch

SUPERVISOR = "up"
#: So many blows go to somebody who has work in hand, if there is anybody.
_AT_THE_BUSY = 0.5
_AT_THE_SUPERVISOR = 0.02
#: So long somebody with work in hand is looked for.
_BUSY_SECONDS = 1.0
_LOOK_SECONDS = 0.02


class Blows:
    """Kills processes of an installation and counts by name."""

    def __init__(self, system: Installation, watch: Watch, chance: random.Random) -> None:
        self._system = system
        self._watch = watch
        self._chance = chance
        self.counts: Counter[str] = Counter()
        self.landed = 0
        """Kills of a process that had work in hand."""

    def strike(self, *, supervisor: bool = False) -> None:
        """One blow at anybody, or at the supervisor, which is started again at once."""
        if supervisor or self._chance.random() < _AT_THE_SUPERVISOR:
            self._system.kill()
            self.counts[SUPERVISOR] += 1
        elif self._chance.random() >= _AT_THE_BUSY or not self._strike_busy():
            self._strike_anybody()

    def _strike_busy(self) -> bool:
        """Somebody with work in hand; whether anybody had any before the time was up."""
        end = time.monotonic() + _BUSY_SECONDS
        while time.monotonic() < end:
            with self._watch.reading() as connection:
                busy = holders(connection)
            for part in self._shuffled():
                if part.holder in busy and self._kill(part, only_busy=True):
                    return True
            time.sleep(_LOOK_SECONDS)
        return False

    def _strike_anybody(self) -> None:
        for part in self._shuffled():
            if self._kill(part):
                return

    def _shuffled(self) -> list[Part]:
        there = self._system.parts()
        self._chance.shuffle(there)
        return there

    def _kill(self, part: Part, *, only_busy: bool = False) -> bool:
        # Frozen first, so that what the ledger says it holds is what it holds when it dies.
        if not part.freeze():
            return False
        with self._watch.reading() as connection:
            left = in_hand(connection, part.holder)
        if only_busy and not left:
            part.signal(signal.SIGCONT)
            return False
        part.signal(signal.SIGKILL)
        self.counts[part.name] += 1
        self.landed += bool(left)
        self._watch.takeovers.begin(left)
        return True
