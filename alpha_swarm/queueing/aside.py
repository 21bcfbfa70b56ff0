"""Hints that nobody waits for."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.edge import Room
    from alpha_swarm.queueing.hints import RqHints

log = structlog.get_logger(__name__)

#: Hints that wait to be sent while Redis is slow; what finds no place the sweep sends later.
MOST_WAITING = 100


class Aside:
    """Sends hints from a thread of its own: a door answers in time also when Redis hangs."""

    def __init__(self, hints: RqHints) -> None:
        self._hints = hints
        self._waiting: queue.Queue[Callable[[], None]] = queue.Queue(MOST_WAITING)
        threading.Thread(target=self._run, name="hints", daemon=True).start()

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """As soon as those before are sent. Never raises, never waits."""
        self._put(lambda: self._hints.send(batches))

    def spread(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """The same for as many jobs as it takes."""
        self._put(lambda: self._hints.spread(batches))

    def inbox(self) -> None:
        """The same for the inbox."""
        self._put(self._hints.inbox)

    def depths(self) -> dict[str, int]:
        """Asked at once.

        Raises:
            NotReadyError: Redis cannot be reached.
        """
        return self._hints.depths()

    def rooms(self) -> Sequence[Room]:
        """Asked at once.

        Raises:
            NotReadyError: Redis cannot be reached.
        """
        return self._hints.rooms()

    def _put(self, act: Callable[[], None]) -> None:
        try:
            self._waiting.put_nowait(act)
        except queue.Full:
            return

    def _run(self) -> None:
        while True:
            act = self._waiting.get()
            try:
                act()
            except Exception as error:  # noqa: BLE001 - there is but this thread, and the sweep makes up for a hint
                log.warning("hint_not_sent", error=type(error).__name__)
