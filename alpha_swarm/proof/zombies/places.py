"""Where workers are frozen: at every kind of point at least once, and around every call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

_BY_STEP = ("http:", "commit:")


@dataclass(frozen=True, slots=True)
class Place:
    """A step, and one of its points by number, from 1."""

    step: str
    number: int
    name: str

    @property
    def kind(self) -> str:
        """The moment, verb and table of a statement; of a call or commit its step, too."""
        words = " ".join(self.name.split()[:2])
        return f"{self.step} {words}" if words.startswith(_BY_STEP) else words


def choose(points: Mapping[str, Sequence[str]], most: int, chance: random.Random) -> list[Place]:
    """One of each kind, calls and commits first, and then any others: ``most`` in all."""
    every = [
        Place(step, number, name)
        for step, names in points.items()
        for number, name in enumerate(names, start=1)
    ]
    chance.shuffle(every)
    kinds = {place.kind: place for place in every}
    one_each = sorted(kinds.values(), key=lambda place: not place.name.startswith(_BY_STEP))
    others = [place for place in every if kinds[place.kind] is not place]
    return [*one_each, *others][:most]
