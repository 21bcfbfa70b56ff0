"""Workers that are frozen beyond their lease write nothing and send nothing when they go on."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof import apart
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.ground import Ground

#: Of real time: a worker begins nothing any more when its last renewal is older than 40 s.
FROZEN_SECONDS = 42.0
#: For the casting, for a pioneer, and to see which points there are.
_SPARE_LEDGERS = 3
#: What had left, or was about to, when its sender froze is beyond our reach: only the key absorbs it.
_SANDBOX = (*apart.SANDBOX, "--set", "idempotency=honour")


class ZombiesCannotAct(Trial):
    """SIGSTOP at statements, commits and calls of every step, side by side."""

    name: ClassVar[str] = "workers frozen beyond their lease"
    guarantees: ClassVar[tuple[int, ...]] = (10, 6, 9)
    seconds: ClassVar[float] = 65.0

    def __init__(self, *, zombies: int = 72, frozen_seconds: float = FROZEN_SECONDS) -> None:
        self._zombies = zombies
        self._frozen_seconds = frozen_seconds

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Freeze, let others finish, thaw, compare."""
        with ExitStack() as stack:
            urls = [stack.enter_context(ground.ledger()) for _ in range(self._zombies + _SPARE_LEDGERS)]
            stage = stack.enter_context(set_up("zombies", sandbox=_SANDBOX, environ=apart.ENVIRON))
            task = {"seed": chance.random(), "ledgers": urls, "seconds": self._frozen_seconds}
            answer = apart.carry_out("alpha_swarm.proof.zombies", task, stage)
        violations = tuple(Violation(**one) for one in answer["violations"])
        return Result(answer["landed"], violations, answer["figures"])
