"""What became of a batch: one record each, without personal data."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Fault, Gone, Outcome, Refused

#: Upper bounds in seconds by which executions are counted; what takes longer than the last has a place too.
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
BUCKETS = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")
#: The workflow in which letters are read; all others are steps.
INBOX = "inbox"
#: So many of the records that failed are named.
MOST_ERRORS = 20


_WORDS: Mapping[type, str] = {
    Again: "attempt_failed",
    Doubt: "outcome_unknown",
    Fault: "own_fault",
    Gone: "gone",
}


class Trigger(StrEnum):
    """Who began it."""

    HINT = "hint"
    COMMAND = "command"


class ExecutionStatus(StrEnum):
    """How it ended."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Records of a batch of which something became: whoever merely waits on is in none of these."""

    success: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    """Record → verdict, in one word."""
    missed: int = 0
    """Those of which a deadline passed."""

    def plus(self, outcomes: Mapping[str, Outcome]) -> Tally:
        """With these outcomes of an outside call."""
        failed = {key: word for key, outcome in outcomes.items() if (word := _word(outcome))}
        done = sum(isinstance(outcome, Done) for outcome in outcomes.values())
        return replace(self, success=self.success + done, failed={**self.failed, **failed})

    def __bool__(self) -> bool:
        return bool(self.success or self.failed or self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run of a workflow, by its end."""

    workflow: str
    trigger: Trigger
    seconds: float
    tally: Tally

    @property
    def processed(self) -> int:
        """Records of which something became."""
        return self.tally.success + len(self.tally.failed)

    @property
    def status(self) -> ExecutionStatus:
        """By its records; one without any succeeded."""
        if not self.tally.failed:
            return ExecutionStatus.SUCCESS
        return ExecutionStatus.PARTIAL if self.tally.success else ExecutionStatus.FAILURE

    @property
    def errors(self) -> list[dict[str, str]]:
        """The first few records that failed, each with its verdict."""
        return [
            {"record": record, "error": error}
            for record, error in list(self.tally.failed.items())[:MOST_ERRORS]
        ]

    @property
    def bucket(self) -> int:
        """Which of :data:`BUCKETS` its time falls in."""
        return bisect_left(BOUNDS, self.seconds)


def _word(outcome: Outcome) -> str | None:
    """A verdict in one word; ``None`` for what went well, or is not decided yet."""
    match outcome:
        case Refused(cause=cause):
            return cause
        case Again(unanswered=True):
            return "no_answer"
        case Again(burns_attempt=False):
            return None
        case _:
            return _WORDS.get(type(outcome))
