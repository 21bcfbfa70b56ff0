"""What is owed, as the pipeline sees it: what can be done within a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.records import Batch, Owed


class Work(Protocol):
    """What is owed, and who has it in hand."""

    def owe(self, items: Iterable[Owed]) -> None:
        """Add work; what is owed already becomes due no later than said."""
        ...

    def claim(self, step: Step, lead_ids: Collection[str], seconds: float) -> Batch | None:
        """Lease due and free ones among these; ``None`` when there is none or the target is paused.

        Leads whose last batch went wrong are leased apart from the others and in half the company, so that
        in the end the one that it is about stands alone.
        """
        ...

    def claim_due(
        self, step: Step, most: int, seconds: float, *, best: bool = False, room: bool = False
    ) -> Batch | None:
        """The same among all, those whose turn it is first, and at most so many.

        ``best``: the best first instead, of those who are ranked. ``room``: those who merely
        wait for room under the caps are as good as due.
        """
        ...

    def more_wait(self, step: Step, number: float) -> bool:
        """Whether more than so many ranked leads wait for the step, due or not."""
        ...

    def held(self, batch: Batch) -> set[str]:
        """Those that are still under the batch's lease: the fence before every result is written."""
        ...

    def renew(self, batch: Batch, seconds: float) -> bool:
        """Keep the lease for that long from now; whether there was one to keep."""
        ...

    def finish(self, step: Step, lead_ids: Collection[str]) -> None:
        """The step is done for these."""
        ...

    def postpone(
        self,
        batch: Batch,
        waits: Mapping[str, float],
        burnt: Collection[str] = (),
        *,
        for_room: bool = False,
    ) -> None:
        """Give these back, due in so many seconds; for ``burnt`` an attempt is used up.

        ``for_room``: they wait for nothing but room under the caps.
        """
        ...

    def drop(self, batch: Batch, lead_ids: Collection[str]) -> None:
        """Our own code failed over these: due again at once, in smaller company."""
        ...

    def hasten(self, step: Step, lead_ids: Collection[str]) -> None:
        """Make waiting work due now."""
        ...

    def release(self, batch: Batch) -> None:
        """End the lease; what was neither finished nor postponed counts as dropped."""
        ...

    def due(self, steps: Collection[Step], limit: int, *, room: bool = False) -> Mapping[Step, list[str]]:
        """Free work that is due, those whose turn it is first, at most so many of all steps together.

        ``room``: as for a claim.
        """
        ...

    def of(self, lead_id: str) -> Mapping[Step, float]:
        """The lead's open steps → seconds until each is due (negative when overdue)."""
        ...

    def abandon(self, lead_ids: Collection[str]) -> None:
        """Forget whatever is owed to these leads, except to write back."""
        ...

    def free(self, holder: str) -> int:
        """End all leases of a worker that is known to be dead; how many there were."""
        ...
