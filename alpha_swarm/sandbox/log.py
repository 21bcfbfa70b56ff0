"""The sandbox's own append-only log: every call, charge and write, with running sums over it."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator

# The events that are also counted by their subject: which row was charged how often, and the like.
_TALLIED = frozenset({"call", "charge", "action", "row_added"})


class Entry(NamedTuple):
    """One line of the log; `at` is Unix time, `amount` what the event cost or wrote."""

    at: float
    service: str
    event: str
    subject: str
    amount: float


class Log:
    """Append-only until it is reset; the sums are kept while appending, so reading them is cheap."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.in_flight_max: Counter[str] = Counter()
        self._in_flight: Counter[str] = Counter()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._amounts: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._tallies: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def record(self, service: str, event: str, subject: str = "", amount: float = 0.0) -> None:
        """Append one event."""
        self.entries.append(Entry(time.time(), service, event, subject, amount))
        key = (service, event)
        self._counts[key] += 1
        self._amounts[key] += amount
        if event in _TALLIED and subject:
            self._tallies[key][subject] += 1

    def count(self, service: str, event: str) -> int:
        """How often the event happened."""
        return self._counts[service, event]

    def amount(self, service: str, event: str) -> float:
        """The sum of the event's amounts."""
        return self._amounts[service, event]

    def tally(self, service: str, event: str) -> Counter[str]:
        """How often the event happened to each subject."""
        return self._tallies[service, event]

    @contextmanager
    def in_flight(self, service: str) -> Generator[None]:
        """Count a call as in flight while it is being answered."""
        self._in_flight[service] += 1
        self.in_flight_max[service] = max(self.in_flight_max[service], self._in_flight[service])
        try:
            yield
        finally:
            self._in_flight[service] -= 1

    def reset(self) -> None:
        """Start anew; calls in flight stay counted as such."""
        self.entries.clear()
        self.in_flight_max.clear()
        self._counts.clear()
        self._amounts.clear()
        self._tallies.clear()
