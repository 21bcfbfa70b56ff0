"""How many calls to a party are under way at once."""

from __future__ import annotations

from contextlib import contextmanager
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
    def one(self, party: str, priority: Priority, most: int | None) -> Iterator[None]:
        """Wait for a slot and hold it while the block runs; ``None`` limits this process alone.

        Raises:
            NotReadyError: it is not known how many are under way in other processes.
        """
        if self._permits is not None and most is not None:
            with self._permits.one(party, priority, most):
                yield
            return
        with self._lock:
            free = self._free.setdefault((party, priority), BoundedSemaphore(most or MOST))
        with free:
            yield
