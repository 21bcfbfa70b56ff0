"""A status that is a moment old at most: pollers and scrapers together cost no more than one of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.clock import Clock

SECONDS = 1.0


class Recent:
    """Asks again when what it has is older than a second."""

    def __init__(self, ask: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Mapping[str, Any] | None = None
        self._asked = 0.0

    def __call__(self) -> Mapping[str, Any]:
        """The status; raises what asking raises."""
        with self._lock:
            now = self._clock.monotonic()
            if self._known is None or now - self._asked >= SECONDS:
                self._known = self._ask()
                self._asked = now
            return self._known
