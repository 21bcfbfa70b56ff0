"""What every kind of outside call has to say for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.domain.retry import ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.effect import Done, Outcome
    from alpha_swarm.domain.in_flight import InFlight
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.domain.states import Step
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.ledger import Transaction


class Effect(ABC):
    """One kind of outside call: what a step sends, how its outcome is looked up, what follows."""

    step: Step
    operation: str
    repeatable: ClassVar[bool] = False
    """Whether sending it twice does no harm, so that an unknown outcome is simply sent again."""
    attempts: ClassVar[int] = ATTEMPTS
    """After so many that failed a lead is a dead letter."""
    looks_up: bool = True
    """Whether the other side can be asked what became of a call."""
    credits_each: float = 0.0
    leads_a_call: int = 1000
    in_flight: InFlight | None = None
    """How many calls may be under way at once; ``None`` for as many as a connection pool holds."""

    def split(self, leads: Sequence[Lead]) -> Sequence[Sequence[Lead]]:
        """The leads of each call."""
        starts = range(0, len(leads), self.leads_a_call)
        return [leads[start : start + self.leads_a_call] for start in starts]

    @abstractmethod
    def send(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Make the call: lead id → outcome. Raises the verdicts of ``errors`` for the call as a whole."""

    def look_up(self, leads: Sequence[Lead]) -> Mapping[str, Done]:
        """Those of the leads for whom an earlier call took effect; unused where it is repeatable."""
        raise AssertionError(f"{self.operation} is repeatable: {len(leads)} leads need no look-up")

    @abstractmethod
    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """It took effect for these: what follows, in the same commit."""

    @abstractmethod
    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """It was given up for these."""

    def gone(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """The other side does not have these any more."""
        self.dead(tx, followups, leads)
