"""How many records the workspace takes in what time, and how many it took."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.sources.bucket import Peak, TokenBucket
from alpha_swarm.sandbox.clay.sources.errors import refusal
from alpha_swarm.sandbox.limits import Limit

if TYPE_CHECKING:
    from alpha_swarm.sandbox.limits import Limiter
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

#: The name under which `POST /_sandbox/limits` changes the rate.
RECORDS = "clay.records"
_PEAK_SECONDS = (1.0, 2.0)


class Pace:
    """One bucket for all sources; its rate is a limit like others, its windows are scaled like theirs."""

    def __init__(self, settings: SandboxSettings, limiter: Limiter, log: Log) -> None:
        self._settings = settings
        self._limiter = limiter
        self._log = log
        self._limit = Limit(RECORDS, settings.records_per_second, settings.window_scale)
        self._bucket = TokenBucket(settings.records_burst)
        self._peaks = [Peak(seconds * settings.window_scale) for seconds in _PEAK_SECONDS]
        self._random = random.Random()
        self._first: float | None = None
        self._last: float | None = None
        self.reset()

    def ask(self, records: int) -> None:
        """Let so many records in, or refuse with 429, which often names the wait and sometimes does not."""
        limit = self._limiter.current(self._limit, on=self._settings.limits)
        if limit is None:
            return
        wait = self._bucket.take(records, limit.calls / limit.seconds, time.monotonic())
        if wait > 0:
            self._log.record("clay", "rate_limited", "submitRecords")
            told = limit.told and self._random.random() >= self._settings.retry_after_missing
            raise refusal(429, "Too many requests", wait if told else 0.0)

    def count(self, records: int, now: float) -> None:
        """Count records that were taken at `now`, Unix time in seconds."""
        moment = time.monotonic()
        for peak in self._peaks:
            peak.add(records, moment)
        self._first, self._last = self._first or now, now

    def books(self) -> dict[str, Any]:
        """The most records in any window, and when the first and the last came."""
        return {
            "peak": [{"seconds": peak.seconds, "records": peak.most} for peak in self._peaks],
            "first_at": self._first,
            "last_at": self._last,
        }

    def reset(self) -> None:
        """Forget what came."""
        self._random.seed(f"{self._settings.seed}/retry-after")
        self._first = self._last = None
        self._bucket.reset()
        for peak in self._peaks:
            peak.reset()
