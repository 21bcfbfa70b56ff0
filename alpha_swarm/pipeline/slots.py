"""How many calls to a party are under way at once in this process."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.states import Priority

#: Where nothing is said, as many calls at once as a connection pool holds.
MOST = 16


class Slots:
    """Counts the calls of each party and priority, those that hang too."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._free: dict[tuple[str, Priority], BoundedSemaphore] = {}

    @contextmanager
    def some(self, party: str, priority: Priority, most: int, wanted: int) -> Iterator[int]:
        """Wait for a slot and hold it, and as many more as are free and wanted, while the block runs."""
        with self._lock:
            free = self._free.setdefault((party, priority), BoundedSemaphore(most))
        with ExitStack() as held:
            held.enter_context(free)
            taken = 1
            while taken < wanted and free.acquire(blocking=False):
                held.callback(free.release)
                taken += 1
            yield taken
