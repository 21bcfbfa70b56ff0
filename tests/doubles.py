"""Stand-ins for the small ports, for tests of whatever needs them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alpha_swarm.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alpha_swarm.ports.edge import Exchange, Passage


class NoGate:
    """Lets everything through and remembers what asked."""

    def __init__(self) -> None:
        self.entered: list[Passage] = []
        self.left: list[tuple[Passage, Exchange]] = []

    def enter(self, passage: Passage) -> None:
        """Note it down."""
        self.entered.append(passage)

    def waits(self, passage: Passage) -> Iterator[float]:
        """At once."""
        self.enter(passage)
        return iter(())

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """Note it down."""
        self.left.append((passage, exchange))


class ShutGate:
    """Lets nothing through."""

    def enter(self, passage: Passage) -> None:
        """Refuse."""
        raise RateLimitedError(str(passage), 7.0)

    def waits(self, passage: Passage) -> Iterator[float]:
        """Never."""
        self.enter(passage)
        return iter(())

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """Nobody was let in."""
        raise AssertionError(f"{passage} left with {exchange}")


class MemoryFacts:
    """Facts that end with the test."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        # What one is found out by may need another.
        self._lock = threading.RLock()

    def get(self, name: str) -> str | None:
        """The fact, or ``None``."""
        return self.facts.get(name)

    def look(self, name: str) -> str | None:
        """The same."""
        return self.get(name)

    def named(self, start: str) -> list[str]:
        """In the order of the names."""
        return sorted(name.removeprefix(start) for name in self.facts if name.startswith(start))

    def put(self, name: str, value: str) -> None:
        """Remember it."""
        self.facts[name] = value

    def once(self, name: str, find_out: Callable[[], str]) -> str:
        """The fact, found out when unknown."""
        with self._lock:
            if name not in self.facts:
                self.facts[name] = find_out()
            return self.facts[name]

    def renew(self, name: str, stale: str | None, find_out: Callable[[], str]) -> str:
        """The fact, found out where it is as it was."""
        with self._lock:
            if self.facts.get(name) == stale:
                self.facts[name] = find_out()
            return self.facts[name]


class StillClock:
    """Stands still until it is told to wait."""

    def __init__(self, now: datetime = datetime(2026, 1, 15, 10, tzinfo=UTC)) -> None:
        self._start = now
        self._passed = 0.0

    def now(self) -> datetime:
        """The time in UTC."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Seconds that passed."""
        return self._passed

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        self._passed += seconds
