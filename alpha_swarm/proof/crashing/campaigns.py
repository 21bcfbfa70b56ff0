"""Orders carried out, in the process that forks."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.proof.crashing.deaths import Where
from alpha_swarm.proof.crashing.enumeration import Enumeration, Tally
from alpha_swarm.proof.crashing.erasing import Erasing
from alpha_swarm.proof.crashing.order import Answer, Order
from alpha_swarm.proof.crashing.recovering import Recovering, lasting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.proof.crashing.installation import Installation

One = TypeVar("One")

#: Two, so that they share calls; one where every bytecode counts.
_GROUP = 2
#: Second deaths after the same first one, where not all are wanted.
_SECOND_DEATHS = 20
#: Deaths over the erasure at one moment, where not all are wanted.
_DEATHS_A_MOMENT = 4


class Campaign:
    """One order."""

    def __init__(self, installation: Installation, order: Order) -> None:
        self._installation = installation
        self._order = order
        self._chance = random.Random(order.seed)

    def run(self) -> Answer:
        """Die as ordered."""
        kinds = {
            "life": self._life,
            "first-day": self._first_day,
            "recovery": self._recovery,
            "bytecodes": self._bytecodes,
            "erasure": self._erasure,
        }
        return kinds[self._order.kind]()

    def _life(self) -> Answer:
        return self._enumerate(Enumeration(self._installation, size=_GROUP))

    def _bytecodes(self) -> Answer:
        return self._enumerate(Enumeration(self._installation, size=1, bytecodes=True))

    def _first_day(self) -> Answer:
        return self._enumerate(Enumeration(self._installation, size=_GROUP, first_day=True))

    def _enumerate(self, enumeration: Enumeration) -> Answer:
        points = self._wanted(enumeration.points())
        every = [Where(step, number) for step, names in points.items() for number in range(1, len(names) + 1)]
        chosen = self._choose(every)
        began = time.perf_counter()
        tally = enumeration.crash(chosen, self._chance)
        return _answer(len(every), len(chosen), tally, began)

    def _recovery(self) -> Answer:
        firsts = lasting(self._wanted(Enumeration(self._installation, size=1).points()))
        few = self._order.most and max(1, self._order.most // _SECOND_DEATHS)
        chosen = self._chance.sample(firsts, few) if few else firsts[self._order.part :: self._order.parts]
        total, planned, whole = 0, 0, Tally()
        began = time.perf_counter()
        for first in chosen:
            freed = self._chance.random() < 0.5  # noqa: PLR2004 - half of them
            recovering = Recovering(self._installation, size=1, first=first, freed=freed)
            every = range(1, len(recovering.points()) + 1)
            numbers = self._chance.sample(every, min(_SECOND_DEATHS, len(every))) if few else every
            tally = recovering.crash(numbers)
            total, planned = total + len(every), planned + len(numbers)
            whole.landed += tally.landed
            whole.missed += tally.missed
            whole.violations += tally.violations
            if whole.violations:
                break
        return _answer(total, planned, whole, began)

    def _erasure(self) -> Answer:
        """At each of thirty moments of the life, and there at each step of the erasure."""
        erasing = Erasing(self._installation)
        steps = self._order.steps
        every = [one for one in erasing.moments() if steps is None or one.step in steps]
        few = self._order.most and max(1, self._order.most // _DEATHS_A_MOMENT)
        moments = self._chance.sample(every, min(few, len(every))) if few else self._choose(every)
        total, chosen = 0, list[tuple[Where, int]]()
        for moment in moments:
            numbers = range(1, erasing.steps(moment) + 1)
            total += len(numbers)
            died = self._chance.sample(numbers, min(_DEATHS_A_MOMENT, len(numbers))) if few else numbers
            chosen += [(moment, one) for one in died]
        began = time.perf_counter()
        return _answer(total, len(chosen), erasing.crash(chosen, self._chance), began)

    def _wanted(self, points: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
        steps = points if self._order.steps is None else self._order.steps
        return {step: points[step] for step in steps}

    def _choose(self, every: Sequence[One]) -> list[One]:
        mine = every[self._order.part :: self._order.parts]
        most = self._order.most
        return list(mine) if most is None else self._chance.sample(mine, min(most, len(mine)))


def _answer(points: int, planned: int, tally: Tally, began: float) -> Answer:
    spent = (time.perf_counter() - began) * 1000 / max(1, tally.landed)
    return Answer(
        points=points,
        planned=planned,
        landed=tally.landed,
        missed=tally.missed,
        violations=tally.violations,
        milliseconds=round(spent, 1),
    )
