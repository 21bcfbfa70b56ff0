"""What one process knows of one breaker, and has not told yet."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from alpha_swarm.coordination.breaker import NOTHING, UNREACHABLE_SECONDS, Tally
from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.errors import NotReadyError

if TYPE_CHECKING:
    from alpha_swarm.coordination.breaker import Answer

#: So old may be what a call goes out by.
TRUSTED_SECONDS = 0.2
#: Successes are told this often, and so renew what is known before it is too old.
TELL_SECONDS = 0.1
#: Successes that nobody asked about for so long belong to the past.
PAST_SECONDS = 1.0


class Memory:
    """Of the last answer, and of the calls that have ended since; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._round = 0
        self._asked = float("-inf")
        self._trusted_until = float("-inf")
        self._away_until = float("-inf")
        self._tally = NOTHING
        self._counted_since = 0.0

    def closed_round(self, now: float) -> int | None:
        """The round in which calls may go without a question; ``None`` where the breaker must be asked.

        Raises:
            NotReadyError: a moment ago it could not be asked, and asking may take its time.
        """
        with self._lock:
            if now < self._trusted_until:
                return self._round
            left = self._away_until - now
        if left > 0:
            raise NotReadyError("the breaker cannot be asked: Redis is out of reach", after=left)
        return None

    def count(self, number: int, now: float, *, failed: bool, slow: bool) -> bool:
        """One more call of this round has ended; whether that must be told at once."""
        with self._lock:
            if number != self._round or now < self._away_until:
                return False
            _, calls, failures, laggards = self._tally
            if not calls:
                self._counted_since = now
            self._tally = Tally(number, calls + 1, failures + failed, laggards + slow)
            return failed or slow or now - self._asked >= TELL_SECONDS

    def take(self, now: float) -> Tally:
        """What is to be told, by whoever is about to ask."""
        with self._lock:
            tally, self._tally = self._tally, NOTHING
            self._asked = max(self._asked, now)
            bad = tally.failed or tally.slow
            return tally if bad or now - self._counted_since < PAST_SECONDS else NOTHING

    def learn(self, answer: Answer, asked: float) -> None:
        """The answer to a question of that moment; a later one's outweighs it."""
        with self._lock:
            if asked < self._asked:
                return
            if answer.round != self._round:
                self._round, self._tally = answer.round, NOTHING
            closed = answer.state is BreakerState.CLOSED
            self._trusted_until = asked + TRUSTED_SECONDS if closed else float("-inf")
            self._away_until = float("-inf")

    def away(self, now: float) -> None:
        """It could not be asked."""
        with self._lock:
            self._trusted_until = float("-inf")
            self._away_until = now + UNREACHABLE_SECONDS
