"""Notices when the clock of the Redis server is set: its record of the last minutes is then of no use."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

#: By so much two clocks may part: seconds, and the share of the time between that two machines may drift.
UNNOTICED, DRIFT = 0.02, 0.001


@dataclass(frozen=True, slots=True)
class Sighting:
    """Redis' time and our own when we asked for it and when the answer was there; in seconds."""

    asked: float
    answered: float
    redis: float
    since: float
    """When the record began, by Redis' time; a new beginning says that it was lost, or declared lost."""


class RedisTime:
    """Compares how far Redis' clock and our own have come between two answers; safe for threads."""

    def __init__(self) -> None:
        self._last: Sighting | None = None
        self._lock = Lock()

    def was_set(self, seen: Sighting) -> bool:
        """Whether that clock was set since the last answer, and nobody has said so yet."""
        with self._lock:
            last, self._last = self._last, seen
        if last is None:
            return False
        least, most = seen.asked - last.answered, seen.answered - last.asked
        apart = UNNOTICED + DRIFT * abs(most)
        if last.since != seen.since:  # begun since then, so it is no older than that
            return seen.redis - seen.since > most + apart
        return not least - apart <= seen.redis - last.redis <= most + apart
