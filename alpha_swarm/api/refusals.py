"""Requests without a valid key or signature: counted for ``/metrics``, told in the log once a minute."""

from __future__ import annotations

import threading
import time

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)

#: One for the process, whatever doors it opens.
REFUSALS = Counter(
    "alpha_swarm_refused_requests",
    "Requests that were turned away, by the variable whose key or signature they lacked.",
    ["variable"],
    registry=None,
)
_SILENCE_SECONDS = 60.0


class Bursts:
    """Tells of the first at once and of those that follow together, so that a flood floods no log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def count(self, variable: str, now: float) -> int:
        """How many are to be told now; ``now`` in seconds by a clock that never steps."""
        with self._lock:
            self._untold[variable] = self._untold.get(variable, 0) + 1
            if now - self._told.get(variable, -_SILENCE_SECONDS) < _SILENCE_SECONDS:
                return 0
            self._told[variable] = now
            return self._untold.pop(variable)


_bursts = Bursts()


def refused(variable: str) -> None:
    """A request lacked what this variable holds."""
    REFUSALS.labels(variable).inc()
    times = _bursts.count(variable, time.monotonic())
    if times:
        log.warning("requests_refused", variable=variable, times=times)
