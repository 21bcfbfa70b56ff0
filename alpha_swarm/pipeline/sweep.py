"""Whatever is due gets its hint, again and again, straight from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.money.cost import FREE
from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.ports.edge import Rooms
    from alpha_swarm.ports.ledger import Ledger


class Sweep:
    """Makes up for every hint that was lost, and sends those that nobody else sends."""

    def __init__(self, ledger: Ledger, hints: Rooms, cost: Cost = FREE) -> None:
        """``cost``: what a lead is reckoned with; without it nobody waits for room under the caps."""
        self._ledger = ledger
        self._hints = hints
        self._cost = cost

    def run(self) -> None:
        """One round over all queues."""
        try:
            rooms = self._hints.rooms()
        except RetryLaterError:
            return
        with self._ledger.read() as tx:
            returned = tx.calls.room(self._cost).returned
            found = [tx.work.due(room.steps, room.leads, room=returned) for room in rooms]
            waiting = tx.inbox.waiting() or tx.runs.waiting()
        for due in found:
            self._hints.spread(due)
        if waiting:
            self._hints.inbox()
