"""Batches that are on their way: one that hangs does not keep the next ones on the ground."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import BoundedSemaphore, Lock, get_ident
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.clock import Clock

log = structlog.get_logger(__name__)

#: Batches a process has on their way at most; each may be held up by one call that hangs.
MOST = 8
#: Of one kind at most so many, so that a kind whose calls all hang or wait leaves room for the others.
MOST_ALIKE = 5


class Flights:
    """Runs batches; whoever brings one waits ``patience`` seconds for it, and then leaves it to itself.

    Without an end of patience (``None``) every batch is waited for, in the caller's own thread.
    """

    def __init__(self, clock: Clock, patience: float | None = None) -> None:
        self._clock = clock
        self._patience = patience
        self._room = BoundedSemaphore(MOST)
        self._threads = ThreadPoolExecutor(max_workers=MOST, thread_name_prefix="flight")
        self._flying: set[Future[None]] = set()
        self._begun: dict[int, float] = {}
        """By thread, since a flight may go on with another batch."""
        self._landing = False
        self._alike: Counter[str] = Counter()
        self._missed: set[str] = set()
        self._lock = Lock()

    def run(self, act: Callable[[], None], kind: str) -> None:
        """Begin as soon as there is room; what goes wrong while the caller waits is raised to him.

        With many of its kind on their way the first of them that lands goes once more in its place.
        """
        if self._patience is None:
            act()
            return
        with self._lock:
            if self._alike[kind] == MOST_ALIKE:
                self._missed.add(kind)
                return
            self._alike[kind] += 1
        self._room.acquire()
        flight = self._threads.submit(copy_context().run, self._fly, act, kind)
        self._flying.add(flight)
        flight.add_done_callback(self._landed)
        if wait([flight], self._patience).done:
            flight.result()
        else:
            flight.add_done_callback(_tell)

    def longest(self) -> float:
        """For how many seconds the oldest batch has been on its way; 0 when none is."""
        now = self._clock.monotonic()
        return now - min(list(self._begun.values()), default=now)

    def land(self, seconds: float) -> bool:
        """Wait for all of them; whether they came back in time."""
        self._landing = True
        return not wait(list(self._flying), seconds).not_done

    def _fly(self, act: Callable[[], None], kind: str) -> None:
        try:
            self._once(act)
            while self._is_missed(kind):
                self._once(act)
        finally:
            with self._lock:
                self._alike[kind] -= 1

    def _once(self, act: Callable[[], None]) -> None:
        self._begun[get_ident()] = self._clock.monotonic()
        try:
            act()
        finally:
            del self._begun[get_ident()]

    def _is_missed(self, kind: str) -> bool:
        with self._lock:
            missed = kind in self._missed
            self._missed.discard(kind)
            return missed and not self._landing

    def _landed(self, flight: Future[None]) -> None:
        self._flying.discard(flight)
        self._room.release()


def _tell(flight: Future[None]) -> None:
    error = flight.exception()
    if error is not None:
        # What it was about is free again and tells the rest.
        log.error("batch_failed", error=type(error).__name__, exc_info=error)
