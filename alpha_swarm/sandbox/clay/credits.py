"""The workspace's credits: charged at each accepted enrichment, refilled at the end of each period."""

from __future__ import annotations

import time

from alpha_swarm.sandbox.clay.errors import quota_exceeded


class Credits:
    """Credits that are available in one period; None means without end."""

    def __init__(self, available: float | None, period_seconds: float) -> None:
        self._available = available
        self._period = period_seconds
        self._spent = 0.0
        self._ends = time.time() + period_seconds

    def charge(self, amount: float, now: float) -> None:
        """Take the amount, or refuse with 403 and take nothing."""
        if now >= self._ends:
            self._spent, self._ends = 0.0, now + self._period
        if self._available is not None and self._spent + amount > self._available:
            raise quota_exceeded(self._available - self._spent, self._ends)
        self._spent += amount

    def reset(self) -> None:
        """Begin a new period now."""
        self._spent = 0.0
        self._ends = time.time() + self._period
