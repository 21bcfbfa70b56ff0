"""What was given up, as people look at it and as a replay is decided from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alpha_swarm.domain.states import State, Step

#: After so many replays a letter waits for a person.
MOST_REPLAYS = 5


class Kind(StrEnum):
    """What a letter is about."""

    TRANSIENT = "transient"
    """Bad luck: tried again by itself."""
    PERMANENT = "permanent"
    """Something has to be changed first."""
    POISON = "poison"
    """Our own code fails over it."""
    PRIVACY = "privacy"
    """The person's rights forbid it."""


class Resolution(StrEnum):
    """Why a letter is closed."""

    REPLAYED = "replayed"
    OVERTAKEN = "overtaken"
    """What was given up came about after all."""
    MOOT = "moot"
    """There was nothing left to do."""
    DISCARDED = "discarded"
    """A person said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A step that was given up for a lead; moments are seconds since 1970."""

    id: str
    lead_id: str
    generation: int
    step: Step
    cause: str
    kind: Kind
    error: str
    """The last one, without personal data."""
    attempts: int
    replays: int
    """How often it was tried again before."""
    first_at: float
    """When the step was given up for the first time."""
    died_at: float
    """When it was given up for the last time."""
    replay_at: float | None
    """When it is tried again by itself; ``None``: never."""
    resolution: Resolution | None = None

    @property
    def given_up(self) -> bool:
        """Whether it was replayed by itself until that was enough."""
        return self.kind is Kind.TRANSIENT and self.replay_at is None and self.resolution is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which open letters are meant; what is ``None`` is not asked for."""

    kind: Kind | None = None
    cause: str | None = None
    step: Step | None = None
    since: float | None = None
    """Those that died then or later."""
    ids: tuple[str, ...] | None = None
    """Of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An open letter and how its lead stands at that moment."""

    letter: Letter
    state: State | None
    """The lead's; ``None`` where nothing is left of the person."""
    generation: int
    """The lead's."""
    expired: bool = False
    """Whether its retention is over."""
    sync: str | None = None
    """Of a letter about a CRM, how the lead stands there: ``open``, ``done`` or ``dead``."""
    owed: bool = False
    """Whether the step is owed again."""
    written_back: bool = False
    """Whether the row was told since, by another way."""
    engaged: bool = False
    """Whether a replay that is under way has it on its list."""
