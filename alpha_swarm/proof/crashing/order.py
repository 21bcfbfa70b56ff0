"""What a process of its own is asked to try, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from alpha_swarm.domain.states import Target
from alpha_swarm.proof.trial import Violation

Kind = Literal["life", "first-day", "recovery", "bytecodes", "erasure"]
EVERY_CRM = [target.value for target in Target]
#: One that is asked for each lead, and one that is asked for many.
TWO_CRMS = [Target.GHL.value, Target.INSTANTLY.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which points, of which kind."""

    kind: Kind
    seed: str
    most: int | None = None
    """So many by chance; all if unset."""
    part: int = 0
    steps: list[str] | None = None
    """Only these; all if unset."""
    targets: list[str] = field(default_factory=TWO_CRMS.copy)
    """The CRMs that everybody goes into."""
    parts: int = 1
    """Of all of them every so manieth, from the ``part``-th on: together the parts are the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it."""

    points: int
    """How many there are in all."""
    planned: int
    landed: int
    missed: list[str] = field(default_factory=list)
    """Points that a child did not come to, by step and number."""
    violations: list[Violation] = field(default_factory=list)
    milliseconds: float = 0.0
    """A point, on the wall clock, recovery included."""
