"""An older copy of the ledger is put back after the world has moved on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.clock import SystemClock
from alpha_swarm.proof.databases.copies import copied
from alpha_swarm.proof.databases.life import ENVIRON, SANDBOX, life, people, resumed
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.supervision.stage import Stage

_LEADS = 12
#: Rounds after which every lead is paid for; a copy is made before one of them.
_MOST_ROUNDS = 2


class RestoredBackup(Trial):
    """What was bought after the copy is not bought again, although the ledger knows nothing of it."""

    name: ClassVar[str] = "an older copy of the ledger is put back"
    guarantees: ClassVar[tuple[int, ...]] = (4,)
    seconds: ClassVar[float] = 8.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """A copy early in the life of a few leads; then to the end; then all again from the copy."""
        landed, violations = 0, list[Violation]()
        with set_up("restored", sandbox=SANDBOX, environ=ENVIRON) as stage:
            for rounds in sorted(chance.sample(range(_MOST_ROUNDS), 2)):
                bought, found = self._restore(ground, stage, rounds)
                landed += bought
                violations += found
        return Result(landed, tuple(violations))

    @staticmethod
    def _restore(ground: Ground, stage: Stage, rounds: int) -> tuple[int, tuple[Violation, ...]]:
        """How many leads the other side was paid for that the copy knows nothing of; what was broken then."""
        with ground.ledger() as url:
            with life(stage, url) as before:
                before.take(people(_LEADS, SystemClock().now()))
                for _ in range(rounds):
                    before.round()
                accepted = before.accepted
            with copied(url) as copy:
                with resumed(stage, url, accepted) as onward:
                    onward.settle()
                with resumed(stage, copy, accepted) as restored:
                    bought = restored.unpaid() & _paid(stage)
                    restored.settle()
                    return len(bought), restored.audit()


def _paid(stage: Stage) -> set[str]:
    return {row["lead_id"] for row in stage.ledger(detail=True)["clay"]["row_list"] if row["enrich_count"]}
