"""A trial: one fault, brought about on purpose, and what came of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.ground import Ground


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept; ``kind`` is one word: lost, unexpected, duplicated, charged, stranded."""

    kind: str
    subject: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """How many faults hit, and which promises they broke.

    A trial none of whose faults hit proves nothing, whatever it found: it is inconclusive.
    """

    landed: int
    violations: tuple[Violation, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    """What was measured, by a name that says the unit."""


class Trial(ABC):
    """Brings about one kind of fault. The same ``chance`` brings about the same faults."""

    name: ClassVar[str]
    guarantees: ClassVar[tuple[int, ...]]
    """The numbers of the guarantees that it tries."""
    seconds: ClassVar[float] = 1.0
    """About how long one run takes."""

    @property
    def missing(self) -> str:
        """What this machine lacks for it, empty if nothing."""
        return ""

    @abstractmethod
    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Set up, break, let it recover, and compare with what the other side says."""
