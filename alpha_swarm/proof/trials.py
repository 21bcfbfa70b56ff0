"""All trials, the quick ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import UserError
from alpha_swarm.proof.answers.any_order import HintsInAnyOrder
from alpha_swarm.proof.answers.feedback import NoFeedbackLoop
from alpha_swarm.proof.answers.nothing_sent import NothingSent
from alpha_swarm.proof.answers.one_contact import NoDuplicateContact
from alpha_swarm.proof.answers.replies_lost import RepliesLost
from alpha_swarm.proof.answers.same_person import TheSamePersonAtOnce
from alpha_swarm.proof.crashing.every_point import (
    EveryPointOfALife,
    EveryPointOfTheFirstDay,
    EveryPointOfTheRecovery,
    SeededBytecodes,
)
from alpha_swarm.proof.guarantees import GUARANTEES
from alpha_swarm.proof.killing.real_kills import RealKills
from alpha_swarm.proof.killing.rolling_sigterm import RollingSigterm
from alpha_swarm.proof.redis.disposable import RedisFaults
from alpha_swarm.proof.redis.intake import IntakeWithoutRedis, IntakeWithRedisFrozen

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.proof.trial import Trial

TRIALS: Sequence[Trial] = (
    NothingSent(),
    TheSamePersonAtOnce(),
    NoDuplicateContact(),
    NoFeedbackLoop(),
    RepliesLost(),
    HintsInAnyOrder(),
    EveryPointOfALife(),
    EveryPointOfTheFirstDay(),
    EveryPointOfTheRecovery(),
    SeededBytecodes(),
    RollingSigterm(leads=80),
    IntakeWithoutRedis(seconds_away=10),
    IntakeWithRedisFrozen(seconds_away=10),
    RedisFaults(),
    RealKills(),
)


def trials_of(numbers: Collection[int]) -> list[Trial]:
    """The trials of these guarantees; all when none is named.

    Raises:
        UserError: there is no such guarantee.
    """
    for number in numbers:
        if number not in GUARANTEES:
            raise UserError(f"--guarantee {number}: there are {', '.join(map(str, GUARANTEES))}")
    return [one for one in TRIALS if not numbers or set(one.guarantees) & set(numbers)]
