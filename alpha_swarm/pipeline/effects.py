"""The one way to change something outside: intent, call, outcome.

An intent is committed before the call and its outcome after it. Where a crash, a timeout or a 5xx leaves the
outcome unknown, the other side is asked by our own ids before anything is sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alpha_swarm.domain.effect import Again, Outcome
from alpha_swarm.domain.lead import Lead
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.calling import CRASHED, IN_VAIN, IN_VAIN_FOR_LONG, Call, Calling
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.leases import LEASE_SECONDS, Hold, keep_lease
from alpha_swarm.pipeline.settlement import RIPE_SECONDS, Settlement
from alpha_swarm.ports.records import Batch, Doubtful, Item, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.pipeline.effect import Effect
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction


#: A call that a look-up shows never to have happened uses up no attempt, but not for ever.
PATIENCE_SECONDS = 900.0
#: A cap may be raised before it resets, so whoever is held asks again after this long.
_HELD_SECONDS = 600.0


@dataclass(slots=True)
class _Claimed:
    """A batch in hand, sorted by what is known of earlier calls."""

    batch: Batch
    leads: Mapping[str, Lead]
    fresh: list[Lead] = field(default_factory=list)
    doubtful: Mapping[str, Again] = field(default_factory=dict)
    """What follows for each when a look-up does not find its call's effect."""
    calls: list[Call] = field(default_factory=list)


class Effects:
    """Runs effects for batches of leads."""

    def __init__(
        self, ledger: Ledger, hints: Hints, draw: Callable[[float, float], float], clock: Clock
    ) -> None:
        self._clock = clock
        self._ledger = ledger
        self._hints = hints
        self._draw = draw

    def run(self, effect: Effect, lead_ids: Sequence[str]) -> None:
        """Do what is due for these leads; what others have in hand or is not due is passed over."""
        hold = Hold(self._clock, since=self._clock.monotonic())
        claimed = self._claim(effect, lead_ids)
        if claimed is None:
            return
        calling = Calling(effect)
        with keep_lease(self._ledger, claimed.batch, hold):
            outcomes = self._resolve(calling, claimed)
            outcomes |= calling.send(claimed.calls, hold) if claimed.calls else {}
        followups = Followups()
        with self._ledger.begin() as tx:
            if calling.halt is not None:
                tx.pauses.pause(effect.step.party, str(calling.halt), calling.halt.seconds)
            settlement = Settlement(tx, effect, claimed.batch, claimed.leads, self._draw, followups)
            settlement.write(outcomes)
        followups.send(self._hints)

    @staticmethod
    def _resolve(calling: Calling, claimed: _Claimed) -> dict[str, Outcome]:
        if not claimed.doubtful:
            return {}
        return calling.resolve([claimed.leads[key] for key in claimed.doubtful], claimed.doubtful)

    def _claim(self, effect: Effect, lead_ids: Sequence[str]) -> _Claimed | None:
        with self._ledger.begin() as tx:
            batch = tx.work.claim(effect.step, lead_ids, LEASE_SECONDS)
            if batch is None:
                return None
            claimed = _Claimed(batch, tx.leads.load(batch.items))
            self._sort(tx, effect, claimed)
            self._hold_what_is_too_dear(tx, effect, claimed)
            self._plan(tx, effect, claimed)
        return claimed

    @staticmethod
    def _sort(tx: Transaction, effect: Effect, claimed: _Claimed) -> None:
        doubts = {} if effect.repeatable else tx.calls.doubts(effect.operation, claimed.batch.items)
        unripe = {key: RIPE_SECONDS - doubt.age for key, doubt in doubts.items() if doubt.age < RIPE_SECONDS}
        tx.work.postpone(claimed.batch, unripe)
        ripe = {key: doubt for key, doubt in doubts.items() if key not in unripe}
        claimed.doubtful = {key: _if_missing(doubt, claimed.batch.items[key]) for key, doubt in ripe.items()}
        claimed.fresh = [lead for key, lead in claimed.leads.items() if key not in doubts]

    @staticmethod
    def _hold_what_is_too_dear(tx: Transaction, effect: Effect, claimed: _Claimed) -> None:
        room = tx.calls.affordable(effect.credits_each, len(claimed.fresh))
        claimed.fresh, dear = claimed.fresh[:room], claimed.fresh[room:]
        if dear:
            reset = tx.calls.until_reset(effect.credits_each)
            tx.work.postpone(claimed.batch, {lead.id: min(reset, _HELD_SECONDS) for lead in dear})
            news = [lead for lead in dear if lead.state is not State.HELD]
            tx.leads.move({lead.id: State.HELD for lead in news})
            detail = {"reason": "the cap on credits is reached", "resets_in": round(reset)}
            tx.tell(Story(lead_id=lead.id, kind="held", detail=detail) for lead in news)
        tx.leads.move({lead.id: State.SUBMITTED for lead in claimed.fresh if lead.state is State.HELD})

    @staticmethod
    def _plan(tx: Transaction, effect: Effect, claimed: _Claimed) -> None:
        for start in range(0, len(claimed.fresh), effect.leads_a_call):
            leads = claimed.fresh[start : start + effect.leads_a_call]
            generations = {lead.id: lead.generation for lead in leads}
            key = idempotency_key(effect.operation, generations)
            claimed.calls.append(Call(tuple(leads), key))
            tx.calls.plan(
                operation=effect.operation,
                target=effect.step.party,
                key=key,
                lease=claimed.batch.lease,
                generations=generations,
                credits_each=effect.credits_each,
            )


def _if_missing(doubt: Doubtful, item: Item) -> Again:
    if doubt.crashed:
        return CRASHED
    return IN_VAIN if item.waited < PATIENCE_SECONDS else IN_VAIN_FOR_LONG


def idempotency_key(operation: str, generations: Mapping[str, int]) -> str:
    """The same leads in the same generation give the same key, whatever their order."""
    names = [f"{lead_id}:{generation}" for lead_id, generation in sorted(generations.items())]
    return hashlib.sha256("\n".join([operation, *names]).encode()).hexdigest()
