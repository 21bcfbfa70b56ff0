"""Whom a worker takes up where not everybody who waits can be paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.money.cost import FREE
from alpha_swarm.pipeline.effects.leases import LEASE_SECONDS, whoever

if TYPE_CHECKING:
    from alpha_swarm.pipeline.effects.effect import Effect
    from alpha_swarm.pipeline.effects.leases import Take
    from alpha_swarm.ports.ledger import Transaction
    from alpha_swarm.ports.records import Batch

#: Room for so many leads is not short yet: to count who waits takes as long as there are.
_AMPLE = 50_000


def whoever_is_affordable(effect: Effect, most: int) -> Take:
    """Those whose turn it is; where the caps have no room for all who wait, the best of them all."""
    if effect.cost == FREE:
        return whoever(effect.step, most)
    return lambda tx: _take(tx, effect, most)


def _take(tx: Transaction, effect: Effect, most: int) -> Batch | None:
    room = tx.calls.room(effect.cost)
    if room.period > _AMPLE or not tx.work.more_wait(effect.step, room.period):
        return tx.work.claim_due(effect.step, most, LEASE_SECONDS, room=room.returned)
    # Held before anybody is chosen: whoever is chosen is paid for, and nobody worse meanwhile.
    room = tx.calls.room(effect.cost, hold=True)
    affordable = int(min(most, room.now))
    # With no room at all they are taken up to be held, so that people see what they wait for.
    return tx.work.claim_due(effect.step, affordable or most, LEASE_SECONDS, best=True, room=affordable > 0)
