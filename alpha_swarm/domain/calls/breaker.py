"""When a target is left alone because its calls go wrong, and what going wrong means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BreakerState(StrEnum):
    """Whether calls go out: all of them, none, or one to try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Ending(StrEnum):
    """What a call that has ended says of its target."""

    OK = "ok"
    FAILED = "failed"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRules:
    """When a breaker opens, and for how long."""

    window_seconds: float = 10.0
    volume: int = 10
    """Calls in the window, below which nothing is concluded."""
    failed_percent: float = 50.0
    slow_percent: float = 80.0
    failed_seconds: float = 30.0
    """A call that takes as long has failed, whatever its answer."""
    slow_seconds: float = 15.0
    open_seconds: float = 30.0
    probe_seconds: float = 40.0
    """A probe that has not come back by then is believed dead; longer than any usual call may take."""

    def ending(self, status: int | None, seconds: float) -> Ending:
        """No answer, a 5xx or too long a wait is a failure; a refusal, 429 among them, says nothing."""
        if status is not None and 300 <= status < 500:  # noqa: PLR2004 - redirects and refused requests
            return Ending.IGNORED
        if status is None or status >= 500 or seconds >= self.failed_seconds:  # noqa: PLR2004 - server errors
            return Ending.FAILED
        return Ending.OK

    def slow(self, seconds: float) -> bool:
        """Whether an answered call took longer than it should."""
        return seconds >= self.slow_seconds
