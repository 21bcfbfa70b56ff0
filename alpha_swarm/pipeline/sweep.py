"""Whatever is due gets its hint, again and again, straight from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.edge import Rooms
    from alpha_swarm.ports.ledger import Ledger

#: A hint that led to nothing for so long is taken for lost.
_STALE_SECONDS = 30.0


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
        for room in rooms:
            # An empty queue holds no hints, so whatever is due has lost its own.
            self._send(room.steps, room.leads, 0.0 if room.empty else _STALE_SECONDS)
        with self._ledger.read() as tx:
            waiting = tx.inbox.waiting()
        if waiting:
            self._hints.inbox()

    def _send(self, steps: Sequence[Step], most: int, stale_after: float) -> None:
        if most <= 0:
            return
        with self._ledger.begin() as tx:
            due: Mapping[Step, list[str]] = tx.work.due(steps, most, stale_after=stale_after)
        if due:
            # Among them is what the dead left behind: it must not wait behind a backlog once more.
            self._hints.send_ahead(due)
