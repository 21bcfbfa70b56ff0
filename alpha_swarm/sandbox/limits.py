"""Rate limits as exact sliding windows: the log of the calls of the last seconds decides."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` within any `seconds`."""

    name: str
    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Whether a call may go, how many more may follow now, and how long to wait if it may not."""

    admitted: bool
    remaining: int
    wait: float = 0.0


class Limiter:
    """Counts admitted calls by limit and scope; a refused call uses up nothing."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], deque[float]] = {}

    def ask(self, limit: Limit, scope: str, now: float) -> Pace:
        """Admit one call at `now` (any clock in seconds that never runs back), or say how long to wait."""
        window = self._windows.setdefault((limit.name, scope), deque())
        while window and window[0] <= now - limit.seconds:
            window.popleft()
        if len(window) >= limit.calls:
            return Pace(admitted=False, remaining=0, wait=window[0] + limit.seconds - now)
        window.append(now)
        return Pace(admitted=True, remaining=limit.calls - len(window))

    def reset(self) -> None:
        """Forget every call."""
        self._windows.clear()
