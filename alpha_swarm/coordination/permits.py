"""Permits for calls under way, leased from Redis: no more over all processes than there are."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from threading import Lock, Thread
from typing import TYPE_CHECKING

from alpha_swarm.coordination.lease import Desk, Lease
from alpha_swarm.coordination.redis_time import RedisTime
from alpha_swarm.coordination.scripts import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.states import Priority

#: How often a process that holds permits says so, hears whether others wait, and gives back what is idle;
#: seconds. A call itself needs no round trip.
RENEWAL = 0.25


class LeasedPermits:
    """Implements ``ports.edge.Permits``; safe for threads."""

    def __init__(self, connection: Redis, clock: Clock) -> None:
        process = secrets.token_hex(8)
        self._desk = Desk(
            script(connection, "permits"), script(connection, "lose"), RedisTime(), clock, process
        )
        self._clock = clock
        self._lock = Lock()
        self._leases: dict[tuple[str, Priority], Lease] = {}
        self._keeper: Thread | None = None

    @contextmanager
    def some(self, party: str, priority: Priority, most: int, wanted: int) -> Iterator[int]:
        """Wait for a permit; hold it, and others that are free and wanted, while the block runs.

        Raises:
            NotReadyError: Redis cannot be asked.
        """
        with self._lock:
            lease = self._leases.setdefault(
                (party, priority), Lease(self._desk, f"{party}:{priority.value}", most)
            )
        taken = lease.take(wanted)
        try:
            self._keep()
            yield taken
        finally:
            lease.give(taken)

    def close(self) -> None:
        """Give back what is not in use, so that nobody waits for the lease to run out."""
        with self._lock:
            leases = list(self._leases.values())
        for lease in leases:
            lease.end()

    def _keep(self) -> None:
        with self._lock:
            if self._keeper is None:
                self._keeper = Thread(target=self._renew, name="permits", daemon=True)
                self._keeper.start()

    def _renew(self) -> None:
        while True:
            self._clock.sleep(RENEWAL)
            with self._lock:
                leases = list(self._leases.values())
            for lease in leases:
                lease.renew()
            with self._lock:
                if not any(lease.is_held for lease in leases):
                    self._keeper = None
                    return
