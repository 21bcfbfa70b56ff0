"""Statements and commits that fail, one after the other, in the life of a few leads."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.clock import SystemClock
from alpha_swarm.proof.databases import postgresql_troubles, sqlite_troubles
from alpha_swarm.proof.databases.faults import Faults, Trouble, places
from alpha_swarm.proof.databases.life import ENVIRON, SANDBOX, life, people
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from sqlalchemy.engine import Engine

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.supervision.stage import Stage

Troubles = dict[str, tuple[Trouble, ...]]
_LEADS = 3
_MOST_FAULTS = 6


class _Failing(Trial):
    """Lives in which several operations fail, about ``spacing`` apart.

    With ``stride`` each life meets one fault: at its k-th operation for every ``stride``-th k, until a life
    ends before its k-th.
    """

    guarantees = (4,)
    troubles: ClassVar[Troubles]
    spacing: ClassVar[int]

    def __init__(self, stride: int | None = None) -> None:
        self._stride = stride

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Every trouble of the ground's database in turn."""
        landed, violations = 0, list[Violation]()
        with set_up("faults", sandbox=SANDBOX, environ=ENVIRON) as stage:
            for trouble in self.of(ground):
                for at in self._places(chance):
                    faults = Faults(trouble, at)
                    violations += self.live(ground, stage, faults)
                    landed += faults.landed
                    if not faults.landed:
                        break
        return Result(landed, tuple(violations))

    def _places(self, chance: random.Random) -> Iterator[frozenset[int]]:
        if self._stride is None:
            yield places(chance, self.spacing, _MOST_FAULTS)
            return
        for one in itertools.count(chance.randint(1, self._stride), self._stride):
            yield frozenset({one})

    def of(self, ground: Ground) -> tuple[Trouble, ...]:
        """The troubles of the ground's database."""
        with ground.ledger() as url:
            return self.troubles["sqlite" if url.startswith("sqlite") else "postgresql"]

    def live(self, ground: Ground, stage: Stage, faults: Faults) -> list[Violation]:
        """One life; what was broken in it."""
        with ground.ledger() as url, life(stage, url) as one:
            self.install(faults, one.app.ledger.engine)
            one.take(people(_LEADS, SystemClock().now()))
            one.settle()
            return [replace(found, detail=f"{found.detail} ({faults})") for found in one.audit()]

    @abstractmethod
    def install(self, faults: Faults, engine: Engine) -> None:
        """On the engine's operations of this kind."""


class StatementFails(_Failing):
    """Statements are refused by the database, or break off."""

    name = "statements fail"
    spacing = 40
    seconds = 20.0
    troubles: ClassVar[Troubles] = {
        "sqlite": (sqlite_troubles.locked, sqlite_troubles.full, sqlite_troubles.unwritable),
        "postgresql": (
            postgresql_troubles.severed,
            postgresql_troubles.closed,
            postgresql_troubles.deadlock,
            postgresql_troubles.disorder,
        ),
    }

    def install(self, faults: Faults, engine: Engine) -> None:
        """On its statements."""
        faults.on_statements(engine)


class CommitFails(_Failing):
    """Commits are not applied; or they are, and the answer is lost."""

    name = "commits fail, or their answer is lost"
    spacing = 4
    seconds = 15.0
    troubles: ClassVar[Troubles] = {
        "sqlite": (sqlite_troubles.refused, sqlite_troubles.lost),
        "postgresql": (
            postgresql_troubles.severed,
            postgresql_troubles.disorder,
            postgresql_troubles.lost,
        ),
    }

    def install(self, faults: Faults, engine: Engine) -> None:
        """On its commits."""
        faults.on_commits(engine)
