"""How many calls may be retries: a tenth of the first attempts, so that they never make an outage worse."""

from __future__ import annotations

from collections import deque
from threading import Lock

#: Of first attempts.
SHARE = 0.1
#: In which first attempts count.
WINDOW_SECONDS = 60.0
#: Retries a second that are always allowed, so that the last leads of a list need not wait for new ones.
LEAST = 1.0


class RetryBudget:
    """One target's, of one process: each keeps to its tenth, so all of them together do.

    Retries get their turns one after the other. It is known by then that one waits, so nothing is taken up in
    vain, and whoever is over the budget only waits for longer.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._attempts: deque[tuple[float, int]] = deque()
        self._counted = 0
        self._next = float("-inf")

    def attempted(self, calls: int, now: float) -> None:
        """First attempts were made."""
        with self._lock:
            self._attempts.append((now, calls))
            self._counted += calls
            self._forget(now)

    def wait(self, now: float) -> float:
        """Take the next turn; seconds until then."""
        with self._lock:
            self._forget(now)
            turn = max(self._next, now)
            self._next = turn + 1.0 / max(LEAST, SHARE * self._counted / WINDOW_SECONDS)
            return turn - now

    def _forget(self, now: float) -> None:
        while self._attempts and self._attempts[0][0] <= now - WINDOW_SECONDS:
            self._counted -= self._attempts.popleft()[1]
