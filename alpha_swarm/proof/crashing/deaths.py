"""Children that have a group's next step in hand and die over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.proof.crashing.child import End, Say
from alpha_swarm.proof.crashing.group import Group
from alpha_swarm.proof.crashing.opcodes import Opcodes
from alpha_swarm.proof.crashing.points import Points, Some
from alpha_swarm.proof.crashing.watch import watch

if TYPE_CHECKING:
    from alpha_swarm.proof.crashing.installation import Installation

#: What a child does with a group in a step.
Act = Callable[[str, Group, Points, Say], None]


@dataclass(frozen=True, slots=True)
class Where:
    """A step of the life, and one of its points by number, from 1."""

    step: str
    number: int


class Deaths:
    """Brings them about, at statements, commits and exchanges, or at single bytecodes."""

    def __init__(
        self, installation: Installation, *, bytecodes: bool = False, only: tuple[str, ...] | None = None
    ) -> None:
        """``only``: the points that count, by how their names begin; all if unset."""
        self._installation = installation
        self._only = only
        self._bytecodes = bytecodes

    def survive(self, step: str, group: Group, act: Act) -> list[str]:
        """The names of the points that a child passes who comes to the end."""
        end = self._child(step, group, None, act)
        remember(group, end)
        names: list[str] = end.all_of("passed")[0]
        return names

    def die(self, where: Where, group: Group, act: Act) -> bool:
        """Whether the child got as far as that point."""
        end = self._child(where.step, group, where.number, act)
        remember(group, end)
        for name in end.all_of("died"):
            group.crash.append(f"{where.step} {where.number} {name}")
        return end.killed

    def _child(self, step: str, group: Group, fatal: int | None, act: Act) -> End:
        def live(say: Say) -> None:
            last_words = lambda name: say(died=name)  # noqa: E731 - for either kind
            points = Some(self._only, fatal, last_words) if self._only else Points(fatal, last_words)
            watching = self._watch(points)
            watching()
            act(step, group, points, say)
            say(passed=points.names)

        self._installation.ready(step, group)
        return self._installation.child(live)

    def _watch(self, points: Points) -> Callable[[], None]:
        if self._bytecodes:
            return Opcodes(points).watch
        return lambda: watch(self._installation.app.ledger.engine, points)


def remember(group: Group, end: End) -> None:
    """What the client was told before the child's end."""
    for ids in end.all_of("accepted"):
        group.ids = ids
    group.letter_taken = group.letter_taken or bool(end.all_of("letters"))
