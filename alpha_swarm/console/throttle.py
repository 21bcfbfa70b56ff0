"""Whoever guesses at a password gets slower with each guess."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock

#: So many wrong attempts are only slips of the hand.
FREE = 5
LONGEST_SECONDS = 300.0
#: Where more addresses than that were wrong, all further ones count as one.
MOST_ADDRESSES = 1000
_THE_OTHERS = ""


@dataclass(slots=True)
class _Record:
    failures: int
    not_before: float


class Throttle:
    """Counts attempts by the address that they come from, in one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}

    def admit(self, address: str) -> float:
        """Seconds to wait, or 0 for an attempt, which counts as failed until :meth:`passed` is told."""
        with self._lock:
            now = self._clock.monotonic()
            self._forget(now)
            record = self._record(address)
            if record.not_before > now:
                return record.not_before - now
            record.failures += 1
            record.not_before = now + _wait(record.failures)
            return 0.0

    def passed(self, address: str) -> None:
        """The password was right."""
        with self._lock:
            self._records.pop(address, None)

    def _record(self, address: str) -> _Record:
        full = len(self._records) >= MOST_ADDRESSES and address not in self._records
        return self._records.setdefault(_THE_OTHERS if full else address, _Record(0, 0.0))

    def _forget(self, now: float) -> None:
        """What was wrong an hour ago is forgiven."""
        if len(self._records) >= MOST_ADDRESSES:
            old = now - 12 * LONGEST_SECONDS
            self._records = {name: one for name, one in self._records.items() if one.not_before > old}


def _wait(failures: int) -> float:
    return 0.0 if failures < FREE else min(2.0 ** (failures - FREE), LONGEST_SECONDS)
