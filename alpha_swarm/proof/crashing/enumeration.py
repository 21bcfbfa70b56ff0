"""Deaths at many points of the life, a batch at a time: one child a point, one recovery a batch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.domain.states import Step
from alpha_swarm.proof.crashing.aftermath import aftermath
from alpha_swarm.proof.crashing.deaths import Deaths, Where
from alpha_swarm.proof.crashing.life import DOOR
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from alpha_swarm.proof.crashing.child import Say
    from alpha_swarm.proof.crashing.group import Group
    from alpha_swarm.proof.crashing.installation import Installation
    from alpha_swarm.proof.crashing.points import Points

One = TypeVar("One")

#: Points whose recovery is one; enough to share its cost, few enough to tell them apart.
BATCH = 40
#: Those that find something missing at the other side on the first day, and make it.
FIRST_STEPS = (DOOR, Step.INGEST.value, Step.SYNC_GHL.value)


@dataclass(slots=True)
class Tally:
    """What came of a number of deaths."""

    landed: int = 0
    missed: list[str] = field(default_factory=list)
    """The points that a child did not come to."""
    violations: list[Violation] = field(default_factory=list)


class Enumeration:
    """The points of the life of a group, and deaths at any of them."""

    def __init__(
        self, installation: Installation, *, size: int, bytecodes: bool = False, first_day: bool = False
    ) -> None:
        """On the ``first_day`` each death is alone in the ledger, with nothing made at the other side."""
        self._installation = installation
        self._size = size
        self._first_day = first_day
        self._steps = FIRST_STEPS if first_day else installation.life.steps
        self._batch = 1 if first_day else BATCH
        self._deaths = Deaths(installation, bytecodes=bytecodes)

    def points(self) -> dict[str, list[str]]:
        """Step → the names of its points, in order."""
        return dict(name for steps in batches(self._steps, self._batch) for name in self._points(steps))

    def _points(self, steps: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        groups = self._groups(len(steps))
        standing = dict(zip(steps, groups, strict=True))
        self._installation.bring({step: [group] for step, group in standing.items()})
        for step, group in standing.items():
            yield step, self._deaths.survive(step, group, self._live)

    def crash(self, wheres: Sequence[Where], chance: random.Random) -> Tally:
        """Die at each of them; it ends early with the first batch that breaks a promise."""
        tally = Tally()
        for batch in batches(wheres, self._batch):
            self._crash(batch, tally, freed=chance.random() < 0.5)  # noqa: PLR2004 - half of them
            if tally.violations:
                break
        return tally

    def _crash(self, wheres: Sequence[Where], tally: Tally, *, freed: bool) -> None:
        groups = self._groups(len(wheres))
        standing: defaultdict[str, list[Group]] = defaultdict(list)
        for where, group in zip(wheres, groups, strict=True):
            standing[where.step].append(group)
        self._installation.bring(standing)
        for where, group in zip(wheres, groups, strict=True):
            hit = self._deaths.die(where, group, self._live)
            tally.landed += hit
            tally.missed += [] if hit else [f"{where.step} {where.number}"]
        tally.violations += aftermath(self._installation, groups, freed=freed)

    def _groups(self, number: int) -> list[Group]:
        return self._installation.groups(number, self._size, first_day=self._first_day)

    def _live(self, step: str, group: Group, _points: Points, say: Say) -> None:
        self._installation.life.live(step, [group], say)


def batches(every: Sequence[One], size: int) -> Iterator[list[One]]:
    """Cut into batches of this size."""
    rest = iter(every)
    while batch := list(islice(rest, size)):
        yield batch
