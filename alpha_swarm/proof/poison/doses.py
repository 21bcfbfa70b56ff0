"""Which leads are poison, and what happens to whoever takes them in hand."""

from __future__ import annotations

import math
import os
import resource
import signal
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.poison import CRASHES_ALONE
from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


class Harm(StrEnum):
    """What a poison does."""

    RAISE = "raises"
    EXIT = "ends the process"
    FAULT = "segmentation fault"
    KILL = "killed as by the kernel that is out of memory"

    def do(self) -> None:
        """Do it to this process; only the first one lets it live.

        Raises:
            ValueError: as our own code fails over a value that it did not expect.
        """
        if self is Harm.RAISE:
            raise ValueError("a value that nobody expected")
        if self is Harm.EXIT:
            os._exit(1)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), signal.SIGSEGV if self is Harm.FAULT else signal.SIGKILL)


class Moment(StrEnum):
    """When, within a step."""

    MAPPED = "mapped to what the other side wants"
    BEFORE = "before the call"
    AFTER = "after the call"
    FETCHED = "result read"
    ACCEPTED = "result accepted"


#: Where a lead may be poison, and the leads that a round takes up at once there.
MOMENTS = {
    Step.INGEST: (Moment.BEFORE, Moment.AFTER),
    Step.ENRICH: (Moment.BEFORE, Moment.AFTER),
    Step.COLLECT: (Moment.FETCHED, Moment.ACCEPTED),
    Step.SYNC_GHL: (Moment.MAPPED, Moment.BEFORE, Moment.AFTER),
    Step.SYNC_INSTANTLY: (Moment.MAPPED, Moment.BEFORE, Moment.AFTER),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """One poison."""

    step: Step
    moment: Moment
    harm: Harm


def mix(chance: random.Random, number: int) -> list[Dose]:
    """So many; the first of them are of all harms, and one is a result over which the acceptance fails."""
    harms = [Harm.RAISE, *chance.sample(list(Harm), len(Harm)), *chance.choices(list(Harm), k=number)]
    doses = [_dose(chance, harm) for harm in harms[1:number]]
    return [Dose(Step.COLLECT, Moment.ACCEPTED, harms[0]), *doses]


def most_strikes(doses: Sequence[Dose], leads: int) -> int:
    """A batch is halved until the poison is alone, and then it strikes a few times more."""
    return len(doses) * (math.ceil(math.log2(leads)) + CRASHES_ALONE)


def _dose(chance: random.Random, harm: Harm) -> Dose:
    step = chance.choice(list(MOMENTS))
    return Dose(step, chance.choice(MOMENTS[step]), harm)
