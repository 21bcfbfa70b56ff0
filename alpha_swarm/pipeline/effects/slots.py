"""How many calls to a party are under way at once."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.states import Priority
    from alpha_swarm.ports.edge import Permits

#: Where nothing is said, as many calls at once as a connection pool holds.
MOST = 16


class Slots:
    """Counts the calls of each party and priority, those that hang too; by ``permits`` over all processes."""

    def __init__(self, permits: Permits | None = None) -> None:
        self._permits = permits
        self._lock = Lock()
        self._free: dict[tuple[str, Priority], BoundedSemaphore] = {}

    @contextmanager
    def some(self, party: str, priority: Priority, most: int | None, wanted: int) -> Iterator[int]:
        """Wait for a slot and hold it, and as many more as are free and wanted, while the block runs.

        With ``None`` for the most this process alone counts.

        Raises:
            NotReadyError: it is not known how many are under way in other processes.
        """
        if self._permits is not None and most is not None:
            with self._permits.some(party, priority, most, wanted) as held:
                yield held
            return
        with self._lock:
            free = self._free.setdefault((party, priority), BoundedSemaphore(most or MOST))
        with ExitStack() as slots:
            slots.enter_context(free)
            taken = 1
            while taken < wanted and free.acquire(blocking=False):
                slots.callback(free.release)
                taken += 1
            yield taken
