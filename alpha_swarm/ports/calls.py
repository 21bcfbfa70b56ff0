"""Outside calls and their money as the pipeline sees them: what can be done within a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.domain.money.budget import Allotment, Room
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.records import Doubtful, Sends


class Calls(Protocol):
    """Intents and outcomes of outside calls."""

    def plan(
        self,
        *,
        operation: str,
        target: str,
        key: str,
        lease: int,
        generations: Mapping[str, int],
        cost: Cost,
    ) -> str:
        """Write the intent before the call, and reserve what each lead may cost; the call's id."""
        ...

    def doubts(self, operation: str, lead_ids: Collection[str]) -> Mapping[str, Doubtful]:
        """Leads whose last such call has no known outcome.

        An intent without any outcome, left by a worker that died, comes to light here.
        """
        ...

    def settle(self, operation: str, states: Mapping[str, str]) -> None:
        """What became of each lead's open call: ``done``, ``failed`` or ``unknown``."""
        ...

    def doubt_owed(self, steps: Collection[Step], *, operation: str, target: str, cost: Cost) -> int:
        """As if such a call had been made with unknown outcome for every lead to whom a step is owed."""
        ...

    def doubt(self, step: Step, operation: str, lead_ids: Collection[str]) -> None:
        """As if a worker had died over such a call for each of these to whom the step is owed.

        It is looked up before anything is sent.
        """
        ...

    def sends(self, operation: str, lead_ids: Collection[str]) -> Mapping[str, Sends]:
        """How often each lead was sent in its present generation, and when first."""
        ...

    def unsure(self, operation: str, lead_ids: Collection[str]) -> set[str]:
        """Those of whom it is not known whether such a call took effect."""
        ...

    def fall_silent(self, operation: str, lead_ids: Collection[str]) -> None:
        """No answer came to their open calls in time: they no longer keep another one from being made."""
        ...

    def charge(self, spent: Mapping[str, Cost], reported: Collection[str] = ()) -> None:
        """Turn the reservations of these leads into what they cost; of ``reported`` the enricher said it."""
        ...

    def charge_again(self, spent: Mapping[str, Cost]) -> None:
        """The enricher ran these once more by itself, and that costs again."""
        ...

    def reservation(self, cost: Cost) -> Cost:
        """What is to be reserved for a lead that is reckoned with ``cost``."""
        ...

    def room(self, cost: Cost, *, hold: bool = False) -> Room:
        """For how many leads that are reckoned with ``cost`` there is room under the caps on everything.

        ``hold``: nobody else takes any of it before the transaction ends.
        """
        ...

    def affordable(self, cost: Cost, lead_ids: Sequence[str]) -> Allotment:
        """Who of these the caps allow to be paid for, those at the front first.

        What was granted is held until the end of the transaction, which has to reserve it.
        """
        ...
