"""How a replay grows: a few first, more when they came through, and a stop when they did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alpha_swarm.domain.states import CLOSED, State, Step

#: Of a hundred that are to run, so many have begun at the end of each stage.
SHARES = (5, 25, 100)
#: Of a hundred that have ended, so many came through. What is replayed was mended before, so nearly all of it
#: comes through. A tenth may have troubles of its own; more than that is the old trouble, and the rest
#: would only die once more.
NEEDED = 90
#: A plan of yesterday shows a world of yesterday.
VALID_SECONDS = 86_400.0


class ReplayState(StrEnum):
    """Where a replay is."""

    PLANNED = "planned"
    CANARY = "canary"
    """Its first stage."""
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class End(StrEnum):
    """What became of a letter that was tried again."""

    WELL = "well"
    DIED = "died"
    MOOT = "moot"
    """Something else happened to the lead: it says nothing of the replay."""


class Verdict(StrEnum):
    """What a stage says of the next one."""

    WAIT = "wait"
    GO_ON = "go_on"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the letters fared that have begun."""

    size: int
    well: int = 0
    died: int = 0
    moot: int = 0

    @property
    def telling(self) -> int:
        """Those that say anything of the replay."""
        return self.size - self.moot

    @property
    def ended(self) -> bool:
        """Whether nothing is waited for."""
        return self.well + self.died + self.moot == self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A plan on its way; moments are seconds since 1970."""

    id: str
    hash: str
    state: ReplayState
    stage: int
    """From 0."""
    planned: int
    """Letters that are to run."""
    made_at: float
    expires_at: float
    started_at: float | None = None
    ended_at: float | None = None
    why: str | None = None
    """Why it stopped, or what is to be known of its end."""
    counts: Mapping[str, int]
    """How many of its letters have which fate."""

    @property
    def limit(self) -> int:
        """How many may have begun by now."""
        ends = stages(self.planned)
        return ends[min(self.stage, len(ends) - 1)] if ends else 0

    @property
    def first(self) -> int:
        """The place at which its present stage begins."""
        return stages(self.planned)[self.stage - 1] if self.stage else 0

    @property
    def is_last(self) -> bool:
        """Whether no stage follows."""
        return self.limit == self.planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A letter that was tried again, and how its lead stands now."""

    letter_id: str
    step: Step
    whole: bool
    generation: int
    """The lead's when it began."""
    state: State | None
    now_generation: int
    sync: str | None
    owed: bool
    died_again: bool
    """Whether there is a later letter of it."""


def stages(number: int) -> tuple[int, ...]:
    """How many have begun at the end of each stage, of so many; at least one, and more each time."""
    return tuple(dict.fromkeys(max(1, _share(number, share)) for share in SHARES)) if number else ()


def verdict(tally: Tally, *, last: bool) -> Verdict:
    """As soon as it is certain; nothing follows the last stage, so its letters are waited for."""
    if last:
        return Verdict.GO_ON if tally.ended else Verdict.WAIT
    if tally.died > tally.telling - _needed(tally):
        return Verdict.STOP
    return Verdict.GO_ON if tally.well >= _needed(tally) else Verdict.WAIT


def came_through(tally: Tally) -> bool:
    """Whether enough of those that have ended did so well."""
    return tally.well >= _share(tally.well + tally.died, NEEDED)


def end_of(begun: Begun) -> End | None:
    """``None`` while it is on its way."""
    if begun.died_again:
        return End.DIED
    if begun.state in (None, *CLOSED) or begun.now_generation != begun.generation:
        return End.MOOT
    return End.WELL if _is_through(begun) else None


def _is_through(begun: Begun) -> bool:
    if begun.whole:
        return begun.state in (State.SYNCED, State.UNENRICHABLE)
    return begun.sync == "done" if begun.step.target else not begun.owed


def _needed(tally: Tally) -> int:
    """Of few, all."""
    return _share(tally.telling, NEEDED)


def _share(number: int, percent: int) -> int:
    return -(-number * percent // 100)
