"""``kill -9`` of one part, with what it had in hand at that very moment."""

from __future__ import annotations

import signal
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
_AT_THE_BUSY = 0.7
_AT_THE_SUPERVISOR = 0.04


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
        elif there := self._system.parts():
            self._kill(self._choose(there))

    def _choose(self, there: list[Part]) -> Part:
        aimed = self._chance.random() < _AT_THE_BUSY
        with self._watch.reading() as connection:
            busy = holders(connection) if aimed else set()
        return self._chance.choice([part for part in there if part.holder in busy] or there)

    def _kill(self, part: Part) -> None:
        # Frozen first, so that what the ledger says it holds is what it holds when it dies.
        if not part.freeze():
            return
        with self._watch.reading() as connection:
            left = in_hand(connection, part.holder)
        if part.signal(signal.SIGKILL):
            self.counts[part.name] += 1
            self.landed += bool(left)
            self._watch.takeovers.begin(left)
