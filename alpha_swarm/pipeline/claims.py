"""What a worker takes in hand: what is to be sent, with its intent; what is to be looked up first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.budget import kind_of
from alpha_swarm.domain.cost import FREE
from alpha_swarm.domain.effect import POISON, Again, Refused
from alpha_swarm.domain.lead import Lead
from alpha_swarm.domain.poison import is_poison
from alpha_swarm.domain.prospects import best_first
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.calling import Call
from alpha_swarm.pipeline.settlement import RIPE_SECONDS
from alpha_swarm.ports.records import Batch, Doubtful, Item, Story

if TYPE_CHECKING:
    from alpha_swarm.pipeline.effect import Effect
    from alpha_swarm.pipeline.leases import Take
    from alpha_swarm.ports.ledger import Transaction

log = structlog.get_logger(__name__)

#: A call that a look-up shows never to have happened uses up no attempt, but not for ever.
PATIENCE_SECONDS = 900.0
#: A cap may be raised before it resets, so whoever is held asks again after this long.
_HELD_SECONDS = 600.0


@dataclass(slots=True)
class Claimed:
    """A batch in hand."""

    batch: Batch
    leads: Mapping[str, Lead]
    calls: list[Call] = field(default_factory=list)
    """What is to be sent, each call with an intent of its own."""
    repeatable: Sequence[Lead] = ()
    """What is to be sent under one intent, to be split into calls when the batch is safely in hand."""
    doubtful: Mapping[str, Again] = field(default_factory=dict)
    """What is to be looked up, with what follows for each whose call's effect is not found."""
    settled: dict[str, Refused] = field(default_factory=dict)
    """What is neither sent nor looked up any more."""

    @property
    def awaited(self) -> set[str]:
        """The leads of whom an outcome is to be expected."""
        sent = {lead.id for call in self.calls for lead in call.leads}
        return sent.union(self.doubtful, self.settled, [lead.id for lead in self.repeatable])


def claim(tx: Transaction, effect: Effect, take: Take) -> Claimed | None:
    """Lease what is to be taken and write the intents; ``None`` where nothing is due."""
    batch = take(tx)
    if batch is None:
        return None
    claimed = Claimed(batch, tx.leads.load(batch.items, history=effect.history))
    claimed.settled = {key: POISON for key, item in batch.items.items() if is_poison(item.crashes)}
    if not claimed.settled:
        doubts = {} if effect.repeatable else tx.calls.doubts(effect.operation, batch.items)
        _wonder(tx, effect, claimed, doubts)
        fresh = [lead for key, lead in claimed.leads.items() if key not in doubts]
        _plan(tx, effect, claimed, _affordable(tx, effect, claimed, fresh))
    return claimed


def _wonder(tx: Transaction, effect: Effect, claimed: Claimed, doubts: Mapping[str, Doubtful]) -> None:
    """An unknown outcome is looked up when it is ripe, or held where nobody can be asked."""
    if not effect.looks_up:
        _hold(tx, claimed, [claimed.leads[key] for key in doubts], _HELD_SECONDS, "nobody can be asked")
        return
    unripe = {key: RIPE_SECONDS - doubt.age for key, doubt in doubts.items() if doubt.age < RIPE_SECONDS}
    tx.work.postpone(claimed.batch, unripe)
    claimed.doubtful = {
        key: _if_missing(doubt, claimed.batch.items[key])
        for key, doubt in doubts.items()
        if key not in unripe
    }


def _affordable(tx: Transaction, effect: Effect, claimed: Claimed, fresh: list[Lead]) -> list[Lead]:
    if effect.cost != FREE:
        fresh = _within_the_caps(tx, effect, claimed, fresh)
    tx.leads.move({lead.id: State.SUBMITTED for lead in fresh if lead.state is State.HELD})
    return fresh


def _within_the_caps(tx: Transaction, effect: Effect, claimed: Claimed, fresh: list[Lead]) -> list[Lead]:
    """Those who are paid for now; where that is not all, the best go first and the others are held."""
    allotment = tx.calls.affordable(effect.cost, [lead.id for lead in best_first(fresh)])
    for stop in allotment.news:
        log.warning("cap_reached", kind=kind_of(stop.scope).value, meter=stop.meter, cap=stop.cap)
    for stop, seconds in allotment.seconds.items():
        held = [lead for lead in fresh if allotment.refused.get(lead.id) == stop]
        _hold(tx, claimed, held, min(seconds, _HELD_SECONDS), stop.reason)
    return [lead for lead in fresh if lead.id not in allotment.refused]


def _hold(tx: Transaction, claimed: Claimed, leads: Sequence[Lead], seconds: float, reason: str) -> None:
    tx.work.postpone(claimed.batch, {lead.id: seconds for lead in leads})
    news = [lead for lead in leads if lead.state is not State.HELD]
    tx.leads.move({lead.id: State.HELD for lead in news})
    tx.tell(Story(lead_id=lead.id, kind="held", detail={"reason": reason}) for lead in news)


def _plan(tx: Transaction, effect: Effect, claimed: Claimed, fresh: Sequence[Lead]) -> None:
    if effect.repeatable:
        # Nothing is ever looked up one by one, so one intent stands for all. Nor are they split here: that
        # maps each lead, and a worker that dies over one before the claim is committed leaves no trace.
        claimed.repeatable = fresh
        if fresh:
            _intend(tx, effect, claimed.batch, fresh)
        return
    for leads in effect.split(fresh):
        claimed.calls.append(Call(tuple(leads), _intend(tx, effect, claimed.batch, leads)))


def _intend(tx: Transaction, effect: Effect, batch: Batch, leads: Sequence[Lead]) -> str:
    generations = {lead.id: lead.generation for lead in leads}
    key = idempotency_key(effect.operation, generations)
    tx.calls.plan(
        operation=effect.operation,
        target=effect.step.party,
        key=key,
        lease=batch.lease,
        generations=generations,
        cost=effect.cost,
    )
    return key


def _if_missing(doubt: Doubtful, item: Item) -> Again:
    """That a worker died is no failure; that the other side failed is one only when it goes on for long."""
    if doubt.crashed:
        return Again("a worker died over an earlier call", after=0.0, burns_attempt=False)
    if item.waited < PATIENCE_SECONDS:
        return Again("an earlier call took no effect", burns_attempt=False, tries=doubt.calls)
    return Again("an earlier call took no effect", after=0.0)


def idempotency_key(operation: str, generations: Mapping[str, int]) -> str:
    """The same leads in the same generation give the same key, whatever their order."""
    names = [f"{lead_id}:{generation}" for lead_id, generation in sorted(generations.items())]
    return hashlib.sha256("\n".join([operation, *names]).encode()).hexdigest()
