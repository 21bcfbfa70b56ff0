"""The one way to change something outside: intent, call, outcome.

An intent is committed before the call and its outcome after it. Where a crash, a timeout or a 5xx leaves the
outcome unknown, the other side is asked by our own ids before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Again
from alpha_swarm.domain.health.executions import Trigger
from alpha_swarm.domain.leads.lead import Lead
from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.effects.batch_sizes import BatchSizes
from alpha_swarm.pipeline.effects.calling import Calling
from alpha_swarm.pipeline.effects.choosing import whoever_is_affordable
from alpha_swarm.pipeline.effects.claims import Claimed, claim
from alpha_swarm.pipeline.effects.effect import Effect
from alpha_swarm.pipeline.effects.entrance import Entrance
from alpha_swarm.pipeline.effects.leases import (
    Hold,
    in_batches,
    keep_lease,
    letting_go,
    suspecting,
    wait_for_values,
)
from alpha_swarm.pipeline.effects.pausing import pause
from alpha_swarm.pipeline.effects.persistence import persist
from alpha_swarm.pipeline.effects.running import Running
from alpha_swarm.pipeline.effects.settlement import Settlement
from alpha_swarm.pipeline.effects.slots import Slots
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.ports.records import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.pipeline.effects.leases import Take
    from alpha_swarm.pipeline.effects.retries import Retries
    from alpha_swarm.ports.edge import Hints, Permits
    from alpha_swarm.ports.ledger import Ledger


#: Calls of all the batches that a process has on their way; most of the time they wait.
_THREADS = 64


class Effects:
    """Runs effects for batches of leads."""

    def __init__(
        self,
        ledger: Ledger,
        hints: Hints,
        retries: Retries,
        clock: Clock,
        permits: Permits | None = None,
        *,
        flush_interval: float,
    ) -> None:
        """``flush_interval``: seconds that leads wait for company at most."""
        self._clock = clock
        self._ledger = ledger
        self._hints = hints
        self._retries = retries
        self._slots = Slots(permits)
        self._sizes = BatchSizes()
        self._entrances = {step: Entrance() for step in Step}
        self._flush_interval = flush_interval
        self._threads = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="call")

    def run(self, effect: Effect, lead_ids: Sequence[str]) -> None:
        """Do what is due for these leads; what others have in hand or is not due is passed over."""
        in_batches(effect.step, lead_ids, lambda take: self._once(effect, take, Trigger.COMMAND))

    def run_due(self, effect: Effect) -> None:
        """One batch of those whose turn it is; the rest is left to whom a hint of it reaches."""
        take = whoever_is_affordable(effect, self._sizes.of(effect))
        self._once(effect, take, Trigger.HINT, tell=self._hints.send)

    def close(self) -> None:
        """Let the threads end; for a call that hangs nobody waits."""
        self._threads.shutdown(wait=False)

    def _once(
        self,
        effect: Effect,
        take: Take,
        trigger: Trigger,
        tell: Callable[[Mapping[Step, Sequence[str]]], None] | None = None,
    ) -> Batch | None:
        with self._in_company(effect), suspecting(self._ledger, take):
            hold = Hold(self._clock, since=self._clock.monotonic())
            running = Running(effect.step.value, trigger, self._clock)
            with self._ledger.begin() as tx:
                claimed = claim(tx, effect, take)
        if claimed is None:
            return None
        if tell is not None and claimed.batch.left:
            tell({effect.step: claimed.batch.left})
        with letting_go(self._ledger, claimed.batch, self._clock):
            with self._ledger.read() as tx:
                leads = tx.leads.load(claimed.batch.items, history=effect.history)
                claimed.keep(leads)
                effect.prepare(tx, leads)
            if len(leads) < len(claimed.batch.items):
                with self._ledger.begin() as tx:
                    wait_for_values(tx, claimed.batch, leads)
            self._perform(_InHand(effect, claimed.batch, leads, running), claimed, hold)
        return claimed.batch

    def _in_company(self, effect: Effect) -> AbstractContextManager[None]:
        """Whoever shares calls with others waits while there are calls that wait anyway."""
        if effect.leads_a_call == 1:
            return nullcontext()
        return self._entrances[effect.step].turn(self._flush_interval)

    def _perform(self, ours: _InHand, claimed: Claimed, hold: Hold) -> None:
        effect, leads = ours.effect, ours.leads
        calling = Calling(effect, hold, self._slots, self._threads, self._entrances[effect.step])
        doubtful = [leads[key] for key in claimed.doubtful]
        awaited, passed = claimed.awaited - claimed.settled.keys(), 0
        with keep_lease(self._ledger, claimed.batch, hold):
            if claimed.settled or not awaited:
                self._settle(ours, calling, claimed.settled, last=not awaited)
            calls = claimed.calls(effect, leads)
            with closing(calling.outcomes(doubtful, claimed.doubtful, calls)) as portions:
                for outcomes in portions:
                    awaited -= outcomes.keys()
                    passed += sum(not _waits(outcome) for outcome in outcomes.values())
                    self._settle(ours, calling, outcomes, last=not awaited)
        self._sizes.learn(effect, passed, limited=calling.limited)

    def _settle(
        self, ours: _InHand, calling: Calling, outcomes: Mapping[str, Outcome], *, last: bool
    ) -> None:
        # Said with each portion, a pause would begin anew with each.
        halt, calling.halt = calling.halt, None
        missed = calling.missed()

        def write() -> None:
            followups = Followups()
            with self._ledger.begin() as tx:
                if halt is not None:
                    pause(tx, ours.effect.step.party, halt)
                settlement = Settlement(tx, ours.effect, ours.batch, ours.leads, self._retries, followups)
                applied = settlement.write(outcomes)
                tally = ours.running.tally.plus(applied)
                tx.providers.book_missed(missed)
                if applied:
                    tx.executions.progressed(ours.effect.step.value)
                if last:
                    tx.executions.add(ours.running.ended(tally))
                    tx.work.release(ours.batch)
            ours.running.tally = tally
            followups.send(self._hints)

        persist(self._clock, write)


@dataclass(frozen=True, slots=True)
class _InHand:
    """A batch with all that is known of its leads."""

    effect: Effect
    batch: Batch
    leads: Mapping[str, Lead]
    running: Running


def _waits(outcome: Outcome) -> bool:
    """Whether nobody is to blame that nothing came of it yet."""
    return isinstance(outcome, Again) and not outcome.burns_attempt
