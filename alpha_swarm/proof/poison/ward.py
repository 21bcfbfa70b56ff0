"""Workers that die one after the other over what they take in hand, and a supervisor that starts the next."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.proof.crashing.child import in_mortal_child
from alpha_swarm.proof.crashing.installation import HOLDER
from alpha_swarm.proof.poison.lacing import Lacing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.proof.crashing.child import Say
    from alpha_swarm.proof.crashing.installation import Installation
    from alpha_swarm.proof.poison.doses import Dose


class Ward:
    """Lets leads go their way through mortal hands."""

    def __init__(self, installation: Installation, doses: Mapping[str, Dose], most: int) -> None:
        """After more than ``most`` strikes nobody goes on."""
        self._installation = installation
        self._doses = doses
        self._most = most
        self.struck: Counter[str] = Counter()
        """Lead id → deaths and failures over it."""
        self.workers = 0

    def settle(self) -> None:
        """A worker after the other, until all came to rest."""
        while not self._installation.app.status()["settled"] and self.struck.total() <= self._most:
            self._installation.stand_alone()
            end = in_mortal_child(self._work)
            if not end.all_of("struck") and not self._installation.app.status()["settled"]:
                raise AlphaSwarmError("a worker ended over no poison, with leads on their way")
            self.struck.update(end.all_of("struck"))
            self._installation.app.free(HOLDER)
            self.workers += 1

    def _work(self, say: Say) -> None:
        """As a queue's worker: a job that fails ends, and the next one begins."""
        struck = self.struck.copy()

        def count(**words: Any) -> None:
            struck.update(words.values())
            say(**words)

        Lacing(self._doses, count).lace()
        app = self._installation.app
        while not app.status()["settled"] and struck.total() <= self._most:
            with suppress(ValueError):
                if not rounds.work_once(app):
                    time_travel.let_time_pass(app.ledger.engine, time_travel.until_next(app.ledger.engine))
