"""The one way to change something outside: intent, call, outcome.

An intent is committed before the call and its outcome after it. Where a crash, a timeout or a 5xx leaves the
outcome unknown, the other side is asked by our own ids before anything is sent again.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from alpha_swarm.pipeline.calling import Call, Calling
from alpha_swarm.pipeline.claims import Claimed, claim
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.leases import Hold, in_batches, keep_lease, letting_go, suspecting
from alpha_swarm.pipeline.persistence import persist
from alpha_swarm.pipeline.settlement import Settlement
from alpha_swarm.pipeline.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.pipeline.effect import Effect
    from alpha_swarm.ports.edge import Hints, Permits
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.records import Batch


class Effects:
    """Runs effects for batches of leads."""

    def __init__(
        self,
        ledger: Ledger,
        hints: Hints,
        draw: Callable[[float, float], float],
        clock: Clock,
        permits: Permits | None = None,
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._hints = hints
        self._draw = draw
        self._slots = Slots(permits)

    def run(self, effect: Effect, lead_ids: Sequence[str]) -> None:
        """Do what is due for these leads; what others have in hand or is not due is passed over."""
        in_batches(lead_ids, lambda rest: self._once(effect, rest))

    def _once(self, effect: Effect, lead_ids: Sequence[str]) -> Batch | None:
        hold = Hold(self._clock, since=self._clock.monotonic())
        with suspecting(self._ledger, effect.step, lead_ids), self._ledger.begin() as tx:
            claimed = claim(tx, effect, lead_ids)
        if claimed is None:
            return None
        with letting_go(self._ledger, claimed.batch, self._clock):
            self._perform(effect, claimed, hold)
        return claimed.batch

    def _perform(self, effect: Effect, claimed: Claimed, hold: Hold) -> None:
        calling = Calling(effect, hold, self._slots)
        doubtful = [claimed.leads[key] for key in claimed.doubtful]
        awaited = claimed.awaited - claimed.settled.keys()
        with keep_lease(self._ledger, claimed.batch, hold):
            if claimed.settled or not awaited:
                self._settle(effect, claimed, calling, claimed.settled, last=not awaited)
            calls = [*claimed.calls, *(Call(tuple(leads), "") for leads in effect.split(claimed.repeatable))]
            with closing(calling.outcomes(doubtful, claimed.doubtful, calls)) as portions:
                for outcomes in portions:
                    awaited -= outcomes.keys()
                    self._settle(effect, claimed, calling, outcomes, last=not awaited)

    def _settle(
        self,
        effect: Effect,
        claimed: Claimed,
        calling: Calling,
        outcomes: Mapping[str, Outcome],
        *,
        last: bool,
    ) -> None:
        def write() -> None:
            followups = Followups()
            with self._ledger.begin() as tx:
                if calling.halt is not None:
                    tx.pauses.pause(effect.step.party, str(calling.halt), calling.halt.seconds)
                settlement = Settlement(tx, effect, claimed.batch, claimed.leads, self._draw, followups)
                settlement.write(outcomes)
                if last:
                    tx.work.release(claimed.batch)
            followups.send(self._hints)

        persist(self._clock, write)
