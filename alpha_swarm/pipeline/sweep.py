"""Whatever is due gets its hint, again and again, straight from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from alpha_swarm.ports.edge import Rooms
    from alpha_swarm.ports.ledger import Ledger


class Sweep:
    """Makes up for every hint that was lost, and sends those that nobody else sends."""

    def __init__(self, ledger: Ledger, hints: Rooms) -> None:
        self._ledger = ledger
        self._hints = hints

    def run(self) -> None:
        """One round over all queues."""
        try:
            rooms = self._hints.rooms()
        except RetryLaterError:
            return
        with self._ledger.read() as tx:
            found = [tx.work.due(room.steps, room.leads) for room in rooms]
            waiting = tx.inbox.waiting() or tx.runs.waiting()
        for due in found:
            self._hints.spread(due)
        if waiting:
            self._hints.inbox()
