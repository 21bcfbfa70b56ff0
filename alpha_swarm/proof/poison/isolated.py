"""A few leads of a batch are poison: they end as dead letters, and all others arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof import apart
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.ground import Ground


class PoisonIsolated(Trial):
    """They raise, end the process, break it or have it killed, in any step."""

    name: ClassVar[str] = "leads that kill their workers or that our own code fails over"
    guarantees: ClassVar[tuple[int, ...]] = (21, 5)
    seconds: ClassVar[float] = 10.0

    def __init__(self, *, leads: int = 60, poison: int = 6) -> None:
        self._leads = leads
        self._poison = poison

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Workers are forked, and forked again after each death, until all leads came to rest."""
        task = {"seed": chance.random(), "leads": self._leads, "poison": self._poison}
        with (
            ground.ledger() as url,
            set_up("poison", sandbox=apart.SANDBOX, environ={**apart.ENVIRON, "DATABASE_URL": url}) as stage,
        ):
            answer = apart.carry_out("alpha_swarm.proof.poison", task, stage)
        violations = tuple(Violation(**one) for one in answer["violations"])
        return Result(sum(answer["struck"].values()), violations, answer["figures"])
