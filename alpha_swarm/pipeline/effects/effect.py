"""What every kind of outside call has to say for itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeVar

from alpha_swarm.domain.calls.retry import ATTEMPTS
from alpha_swarm.domain.money.cost import FREE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Done, Outcome
    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.leads.lead import Lead, Standing
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.states import Step
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.ledger import Transaction


#: Enough to share a commit well, and so few that a batch is through in seconds.
_LEADS_A_BATCH = 250


Known = TypeVar("Known", bound="Standing")


class Effect(ABC):
    """One kind of outside call: what a step sends, how its outcome is looked up, what follows."""

    step: Step
    operation: str
    repeatable: ClassVar[bool] = False
    """Whether sending it twice does no harm, so that an unknown outcome is simply sent again."""
    attempts: ClassVar[int] = ATTEMPTS
    """After so many that failed a lead is a dead letter."""
    history: ClassVar[bool] = False
    """Whether what is sent tells of earlier sightings and disclosures."""
    looks_up: bool = True
    """Whether the other side can be asked what became of a call."""
    hourly: Mapping[str, int] = MappingProxyType({})
    """Provider behind the other side → how many of these calls' leads it may serve in an hour."""
    cost: Cost = FREE
    """What is reserved for each lead."""
    leads_a_call: int = 1000
    leads_a_batch: int = _LEADS_A_BATCH
    """How many are taken in hand together."""
    in_flight: InFlight | None = None
    """How many calls may be under way at once; ``None`` for as many as a connection pool holds."""

    def _whole_calls(self) -> int:
        """A batch of full calls."""
        return self.leads_a_call * max(1, _LEADS_A_BATCH // self.leads_a_call)

    def split(self, leads: Sequence[Known]) -> Sequence[Sequence[Known]]:
        """The leads of each call."""
        starts = range(0, len(leads), self.leads_a_call)
        return [leads[start : start + self.leads_a_call] for start in starts]

    def calls_in(self, leads: Sequence[Lead]) -> int:
        """How many calls to the other side sending these takes."""
        return min(len(leads), 1)

    def prepare(self, tx: Transaction, leads: Mapping[str, Lead]) -> None:
        """Read what else is needed for sending these; nothing is written here."""
        del tx, leads

    @abstractmethod
    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """Make the call, or the calls, ``at_once`` at a time: lead id → outcome, in portions as they come.

        Raises the verdicts of ``errors`` for whatever no portion named.
        """

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

    def overtaken(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """Somebody else has these in hand, or had: what was sent of them now may have come after theirs."""
        del tx, followups, leads

    def presumed(self, lead: Standing) -> Done | None:
        """What an unknown outcome counts as where nobody can be asked; ``None``: the lead is held."""
        del lead
        return None

    def gone(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """The other side does not have these any more."""
        self.dead(tx, followups, leads)
