"""What a worker takes in hand: what is to be sent, with its intent; what is to be looked up first."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.calls.effect import POISON, Again, Doubt, Outcome
from alpha_swarm.domain.calls.poison import is_poison
from alpha_swarm.domain.leads.lead import Lead, Standing
from alpha_swarm.domain.money.budget import kind_of
from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.effects.calling import Call
from alpha_swarm.pipeline.effects.settlement import PATIENCE_SECONDS, RIPE_SECONDS
from alpha_swarm.ports.records import Batch, Doubtful, Item, Story

if TYPE_CHECKING:
    from alpha_swarm.pipeline.effects.effect import Effect
    from alpha_swarm.pipeline.effects.leases import Take
    from alpha_swarm.ports.ledger import Transaction

log = structlog.get_logger(__name__)

#: A cap may be raised before it resets, so whoever is held asks again after this long.
_HELD_SECONDS = 600.0
#: Enrichments under way count in full until they show whom they used, so room may come at any time.
_NO_ROOM_SECONDS = 60.0


@dataclass(slots=True)
class Claimed:
    """A batch in hand."""

    batch: Batch
    leads: Mapping[str, Standing]
    cost: Cost
    """What is reserved for each of them."""
    planned: dict[str, Sequence[str]] = field(default_factory=dict)
    """What is to be sent, each call with an intent of its own: its key → its leads."""
    repeatable: Sequence[str] = ()
    """What is to be sent under one intent, to be split into calls when the batch is safely in hand."""
    doubtful: Mapping[str, Again] = field(default_factory=dict)
    """What is to be looked up, with what follows for each whose call's effect is not found."""
    settled: dict[str, Outcome] = field(default_factory=dict)
    """What is neither sent nor looked up any more."""

    @property
    def awaited(self) -> set[str]:
        """The leads of whom an outcome is to be expected."""
        return set(self.repeatable).union(self.doubtful, self.settled, *self.planned.values())

    def keep(self, there: Collection[str]) -> None:
        """Only these: the others were forgotten since, and nobody waits for what becomes of them."""
        self.planned = {
            key: left for key, ids in self.planned.items() if (left := [one for one in ids if one in there])
        }
        self.repeatable = [one for one in self.repeatable if one in there]
        self.doubtful = {key: again for key, again in self.doubtful.items() if key in there}
        self.settled = {key: outcome for key, outcome in self.settled.items() if key in there}

    def calls(self, effect: Effect, leads: Mapping[str, Lead]) -> list[Call]:
        """What is to be sent, with all that is known of these leads."""
        planned = [Call(tuple(leads[one] for one in ids), key) for key, ids in self.planned.items()]
        repeatable = effect.split([leads[one] for one in self.repeatable])
        return planned + [Call(tuple(together), "") for together in repeatable]


def claim(tx: Transaction, effect: Effect, take: Take) -> Claimed | None:
    """Lease what is to be taken and write the intents; ``None`` where nothing is due."""
    batch = take(tx)
    if batch is None:
        return None
    # Persons are read when others may write again: that takes as long as all the rest.
    claimed = Claimed(batch, tx.leads.standing(batch.items), tx.calls.reservation(effect.cost))
    claimed.settled = {key: POISON for key, item in batch.items.items() if is_poison(item.crashes)}
    if not claimed.settled:
        doubts = {} if effect.repeatable else tx.calls.doubts(effect.operation, batch.items)
        _wonder(tx, effect, claimed, doubts)
        fresh = [lead for key, lead in claimed.leads.items() if key not in doubts]
        fresh = _affordable(tx, effect, claimed, _within_hours(tx, effect, claimed, fresh))
        _plan(tx, effect, claimed, fresh)
    return claimed


def _wonder(tx: Transaction, effect: Effect, claimed: Claimed, doubts: Mapping[str, Doubtful]) -> None:
    """An unknown outcome is looked up when it is ripe; where nobody can be asked, it is presumed or held."""
    if not effect.looks_up:
        unsure = [claimed.leads[key] for key in doubts]
        presumed = [lead for lead in unsure if effect.presumed(lead)]
        claimed.settled = {lead.id: Doubt("an earlier call may have taken effect") for lead in presumed}
        held = [lead for lead in unsure if lead.id not in claimed.settled]
        _hold(tx, claimed, held, _HELD_SECONDS, "nobody can be asked")
        return
    unripe = {key: RIPE_SECONDS - doubt.age for key, doubt in doubts.items() if doubt.age < RIPE_SECONDS}
    tx.work.postpone(claimed.batch, unripe)
    claimed.doubtful = {
        key: _if_missing(doubt, claimed.batch.items[key])
        for key, doubt in doubts.items()
        if key not in unripe
    }


def _within_hours(tx: Transaction, effect: Effect, claimed: Claimed, fresh: list[Standing]) -> list[Standing]:
    """As many as every provider's hour has room for, should each of them need them all."""
    if not effect.hourly:
        return fresh
    room = max(0, tx.providers.room(effect.hourly) + len(fresh))
    fresh, late = fresh[:room], fresh[room:]
    tx.work.postpone(claimed.batch, {lead.id: _NO_ROOM_SECONDS for lead in late})
    news = [lead for lead in late if claimed.batch.items[lead.id].claims == 1]
    detail = {"step": effect.step.value, "reason": "a provider's hour is used up"}
    tx.tell(Story(lead_id=lead.id, kind="waits", detail=detail) for lead in news)
    return fresh


def _affordable(tx: Transaction, effect: Effect, claimed: Claimed, fresh: list[Standing]) -> list[Standing]:
    if effect.cost != FREE:
        fresh = _within_the_caps(tx, claimed, fresh)
    going_on = State.SUBMITTED if effect.step.target is None else State.SYNCING
    tx.leads.move({lead.id: going_on for lead in fresh if lead.state is State.HELD})
    return fresh


def _within_the_caps(tx: Transaction, claimed: Claimed, fresh: list[Standing]) -> list[Standing]:
    """Those who are paid for now; where that is not all, the best go first and the others are held."""
    items = claimed.batch.items
    best_first = sorted(fresh, key=lambda lead: (items[lead.id].rank or 0, lead.turn))
    allotment = tx.calls.affordable(claimed.cost, [lead.id for lead in best_first])
    for stop in allotment.news:
        log.warning("cap_reached", kind=kind_of(stop.scope).value, meter=stop.meter, cap=stop.cap)
    for stop, seconds in allotment.seconds.items():
        held = [lead for lead in fresh if allotment.refused.get(lead.id) == stop]
        _hold(tx, claimed, held, min(seconds, _HELD_SECONDS), stop.reason, for_room=stop.general)
    return [lead for lead in fresh if lead.id not in allotment.refused]


def _hold(
    tx: Transaction,
    claimed: Claimed,
    leads: Sequence[Standing],
    seconds: float,
    reason: str,
    *,
    for_room: bool = False,
) -> None:
    tx.work.postpone(claimed.batch, {lead.id: seconds for lead in leads}, for_room=for_room)
    news = [lead for lead in leads if lead.state is not State.HELD]
    tx.leads.move({lead.id: State.HELD for lead in news})
    tx.tell(Story(lead_id=lead.id, kind="held", detail={"reason": reason}) for lead in news)


def _plan(tx: Transaction, effect: Effect, claimed: Claimed, fresh: Sequence[Standing]) -> None:
    if effect.repeatable:
        # Nothing is ever looked up one by one, so one intent stands for all.
        claimed.repeatable = [lead.id for lead in fresh]
        if fresh:
            _intend(tx, effect, claimed, fresh)
        return
    for leads in effect.split(fresh):
        claimed.planned[_intend(tx, effect, claimed, leads)] = [lead.id for lead in leads]


def _intend(tx: Transaction, effect: Effect, claimed: Claimed, leads: Sequence[Standing]) -> str:
    generations = {lead.id: lead.generation for lead in leads}
    key = idempotency_key(effect.operation, generations)
    tx.calls.plan(
        operation=effect.operation,
        target=effect.step.party,
        key=key,
        lease=claimed.batch.lease,
        generations=generations,
        cost=claimed.cost,
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
