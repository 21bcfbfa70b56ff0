"""What can become of one lead's part in a call to the outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from alpha_swarm.errors import (
    AlphaSwarmError,
    GiveUpError,
    HaltError,
    NoAnswerError,
    OutcomeUnknownError,
    RetryLaterError,
)


@dataclass(frozen=True, slots=True)
class Done:
    """It took effect; ``reference`` is the other side's id for it."""

    reference: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Facts for the lead's story, without personal data."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never work: ``cause`` groups dead letters, ``reason`` is without personal data."""

    cause: str
    reason: str
    kind: Literal["permanent", "transient", "poison"] = "permanent"
    """As in a dead letter."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Our own code failed over these leads or one of them."""

    reason: str
    sent: bool = True
    """Whether a call may have gone out; then nobody knows whether it took effect."""


@dataclass(frozen=True, slots=True)
class Again:
    """Not done; once more in ``after`` seconds (``None``: the retry rule decides)."""

    reason: str
    after: float | None = None
    burns_attempt: bool = True
    tries: int | None = None
    """How often it was tried, where that is not what attempts count: the wait grows with it."""
    unanswered: bool = False
    """No answer came, which says nothing of the lead; an attempt is used up when that goes on for long."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """It may have taken effect: look it up first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unasked:
    """An earlier call is in doubt, and the look-up failed: nobody knows more than before."""

    reason: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A person has to decide; looked at again after a day, as somebody may have."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The other side no longer has what we hold the id of."""

    reason: str


Outcome = Done | Refused | Again | Doubt | Unasked | Held | Gone | Fault

#: Ends of waiting: whoever has come to one of these is not taken up again by itself.
LATE = Refused("result_timeout", "no result by CLAY_HARD_DEADLINE")
GONE = Refused("result_gone", "clay no longer keeps the result: it was not asked for in time")
UNANSWERED = Refused("callback_timeout", "no callback by CLAY_HARD_DEADLINE, also when it was sent again")
EXHAUSTED = "attempts_exhausted"
POISON = Refused("poison", "a worker failed over this lead alone, again and again", kind="poison")


def outcome_of(error: AlphaSwarmError) -> Outcome:
    """What a verdict means for one lead; a kind that no lead can answer for is raised again."""
    match error:
        case RetryLaterError():
            unanswered = isinstance(error, NoAnswerError)
            return Again(str(error), error.after, burns_attempt=error.burns_attempt, unanswered=unanswered)
        case OutcomeUnknownError():
            return Doubt(str(error))
        case GiveUpError():
            return Refused(error.cause, str(error))
        case HaltError():
            return Again(str(error), error.seconds, burns_attempt=False)
        case _:
            raise error
