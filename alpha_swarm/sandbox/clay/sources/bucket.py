"""The token bucket that all sources of a workspace share, and the most that ever came within a while."""

from __future__ import annotations

from collections import deque


class TokenBucket:
    """Tokens for records: full at first, refilled at an even rate."""

    def __init__(self, burst: int) -> None:
        self._burst = burst
        self._tokens = float(burst)
        self._at: float | None = None

    def take(self, records: int, rate: float, now: float) -> float:
        """Take a token for each record and return 0, or the seconds to wait, having taken none.

        More records than the bucket holds go when it is full, and are owed. `rate` is in records a second,
        `now` any clock in seconds that never runs back.
        """
        elapsed = now - self._at if self._at is not None else 0.0
        self._tokens, self._at = min(self._burst, self._tokens + elapsed * rate), now
        missing = min(records, self._burst) - self._tokens
        if missing > 0:
            return missing / rate
        self._tokens -= records
        return 0.0

    def reset(self) -> None:
        """Fill it."""
        self._tokens, self._at = float(self._burst), None


class Peak:
    """The most records within any window of so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.most = 0
        self._recent: deque[tuple[float, int]] = deque()
        self._sum = 0

    def add(self, records: int, now: float) -> None:
        """Count records that came at `now`."""
        while self._recent and self._recent[0][0] <= now - self.seconds:
            self._sum -= self._recent.popleft()[1]
        self._recent.append((now, records))
        self._sum += records
        self.most = max(self.most, self._sum)

    def reset(self) -> None:
        """Forget everything."""
        self._recent.clear()
        self._sum = self.most = 0
