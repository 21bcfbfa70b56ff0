"""What a process of its own is asked to try, and what it answers; both travel as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from alpha_swarm.proof.trial import Violation

Kind = Literal["life", "first-day", "recovery", "bytecodes"]


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
    parts: int = 1
    """Of all of them every so manieth, from the ``part``-th on: together the parts are the whole."""

    def as_json(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))


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

    def as_json(self) -> str:
        """For standard output."""
        return json.dumps(asdict(self))


def read_order(text: str) -> Order:
    """The reverse of :meth:`Order.as_json`."""
    return Order(**json.loads(text))


def read_answer(text: str) -> Answer:
    """The reverse of :meth:`Answer.as_json`."""
    raw = json.loads(text)
    return Answer(**{**raw, "violations": [Violation(**one) for one in raw["violations"]]})
