"""All trials, the quick ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import UserError
from alpha_swarm.proof.answers.any_order import HintsInAnyOrder
from alpha_swarm.proof.answers.feedback import NoFeedbackLoop
from alpha_swarm.proof.answers.in_the_middle import HintInTheMiddle
from alpha_swarm.proof.answers.nothing_sent import NothingSent
from alpha_swarm.proof.answers.one_contact import NoDuplicateContact
from alpha_swarm.proof.answers.replies_lost import RepliesLost
from alpha_swarm.proof.answers.same_person import TheSamePersonAtOnce
from alpha_swarm.proof.clocks.lie import ClocksLie
from alpha_swarm.proof.crashing.every_point import (
    EveryPointOfALife,
    EveryPointOfAnErasure,
    EveryPointOfTheFirstDay,
    EveryPointOfTheRecovery,
    SeededBytecodes,
)
from alpha_swarm.proof.databases.api_killed import AcceptedIsDurable
from alpha_swarm.proof.databases.durability import CommitsAreDurable
from alpha_swarm.proof.databases.restarts import ServerRestarts, SessionsEnd
from alpha_swarm.proof.databases.restored import RestoredBackup
from alpha_swarm.proof.databases.statements import CommitFails, StatementFails
from alpha_swarm.proof.databases.tracing import SyncedBeforeAnswer
from alpha_swarm.proof.guarantees import GUARANTEES
from alpha_swarm.proof.killing.real_kills import RealKills
from alpha_swarm.proof.killing.rolling_sigterm import RollingSigterm
from alpha_swarm.proof.money.under_a_cap import UnderACap
from alpha_swarm.proof.poison.isolated import PoisonIsolated
from alpha_swarm.proof.redis.disposable import RedisFaults
from alpha_swarm.proof.redis.intake import IntakeWithoutRedis, IntakeWithRedisFrozen
from alpha_swarm.proof.redis.wiped import HintsWiped
from alpha_swarm.proof.trail.tampered import TamperedTrail
from alpha_swarm.proof.zombies.cannot_act import ZombiesCannotAct

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.proof.trial import Trial

#: What comes first is run first; of two trials of one guarantee that is the quicker one.
TRIALS: Sequence[Trial] = (
    HintInTheMiddle(),
    HintsWiped(),
    NothingSent(),
    NoDuplicateContact(),
    RestoredBackup(),
    TheSamePersonAtOnce(),
    NoFeedbackLoop(),
    CommitsAreDurable(),
    TamperedTrail(),
    EveryPointOfALife(),
    PoisonIsolated(),
    ClocksLie(),
    ZombiesCannotAct(),
    StatementFails(),
    CommitFails(),
    RealKills(),
    RedisFaults(leads=90),
    RepliesLost(),
    AcceptedIsDurable(),
    SyncedBeforeAnswer(),
    EveryPointOfTheFirstDay(),
    EveryPointOfTheRecovery(),
    EveryPointOfAnErasure(),
    SeededBytecodes(),
    HintsInAnyOrder(),
    UnderACap(),
    SessionsEnd(),
    RollingSigterm(leads=80),
    ServerRestarts(),
    IntakeWithRedisFrozen(seconds_away=10),
    IntakeWithoutRedis(seconds_away=10),
)


def trials_of(numbers: Collection[int]) -> list[Trial]:
    """The trials of these guarantees that this machine can run; all when none is named.

    Raises:
        UserError: there is no such guarantee.
    """
    for number in numbers:
        if number not in GUARANTEES:
            raise UserError(f"--guarantee {number}: there are {', '.join(map(str, GUARANTEES))}")
    return [one for one in _of(numbers) if not one.missing]


def lacking(numbers: Collection[int]) -> dict[str, str]:
    """The other trials of these guarantees → what this machine lacks for them."""
    return {one.name: one.missing for one in _of(numbers) if one.missing}


def _of(numbers: Collection[int]) -> list[Trial]:
    return [one for one in TRIALS if not numbers or set(one.guarantees) & set(numbers)]
