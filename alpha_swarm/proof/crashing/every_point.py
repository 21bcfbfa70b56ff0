"""Killed at every statement, commit and exchange of a lead's life."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof.crashing.order import EVERY_CRM, TWO_CRMS, Kind, Order
from alpha_swarm.proof.crashing.ordering import carry_out
from alpha_swarm.proof.trial import Result, Trial

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.ground import Ground


class Crashing(Trial):
    """Some of the points of one kind a run, other ones each time."""

    guarantees: ClassVar[tuple[int, ...]] = (1, 2, 5, 6)
    seconds: ClassVar[float] = 8.0
    kind: ClassVar[Kind]
    most: ClassVar[int]
    targets: ClassVar[list[str]] = TWO_CRMS

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """One process is forked from once for each point."""
        order = Order(kind=self.kind, seed=str(chance.random()), most=self.most, targets=self.targets)
        answer = carry_out(order, ground)
        return Result(answer.landed, tuple(answer.violations))


class EveryPointOfALife(Crashing):
    """Before and after each SQL statement, commit, and HTTP exchange, from the door to the write-back."""

    name = "a process killed at a statement, commit or HTTP exchange of a lead's life"
    kind = "life"
    most = 40


class EveryPointOfTheFirstDay(Crashing):
    """The same while the enricher's table does not exist yet."""

    name = "a process killed while it makes the table and takes in the very first leads"
    kind = "first-day"
    most = 10


class EveryPointOfTheRecovery(Crashing):
    """A first death wherever one leaves something behind, and a second one at any point of what follows."""

    name = "a process killed over the recovery from a kill"
    kind = "recovery"
    most = 40


class EveryPointOfAnErasure(Crashing):
    """A worker has the person in hand meanwhile, and goes on or dies; in the end a backup is put back."""

    name = "a process killed over the erasure of somebody whom a worker has in hand"
    guarantees = (24, 2)
    seconds = 20.0
    kind = "erasure"
    most = 12
    targets = EVERY_CRM


class SeededBytecodes(Crashing):
    """Before any bytecode of the pipeline and the ledger, in any thread."""

    name = "a process killed at a bytecode of the pipeline or the ledger"
    kind = "bytecodes"
    most = 60
