"""What one process holds of the permits of a party and priority."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Condition

from redis.commands.core import Script
from redis.exceptions import RedisError

from alpha_swarm.clock import Clock
from alpha_swarm.coordination.redis_time import RedisTime, Sighting
from alpha_swarm.coordination.scripts import PREFIX, SINCE
from alpha_swarm.coordination.windows import MICROSECONDS
from alpha_swarm.errors import NotReadyError

#: Seconds after which a killed process's permits are free again. After a loss of the record nobody can have
#: more than it has for as long.
LEASE = 10.0
#: A lease is no longer relied upon that much earlier.
MARGIN = 1.0
#: How often a waiting process asks, and how long one is silent before it no longer waits; seconds.
POLL, SILENCE = 0.02, 1.0
#: How long a process goes on with a permit that another one waits for: handing it over takes a while too.
SLICE = 0.25


@dataclass(frozen=True, slots=True)
class Desk:
    """Where permits are had, and by whom."""

    permits: Script
    lose: Script
    time: RedisTime
    clock: Clock
    process: str


class Lease:
    """The permits of one party and priority that this process holds; safe for threads."""

    def __init__(self, desk: Desk, name: str, most: int) -> None:
        self._desk = desk
        self._keys = [SINCE, f"{PREFIX}permits:{name}", f"{PREFIX}permits:{name}:waiting"]
        self._name = name
        self._most = most
        self._changed = Condition()
        self._held = self._busy = self._waiting = 0
        self._end = self._asked = self._grew = float("-inf")
        self._contended = False

    def take(self, wanted: int = 1) -> int:
        """Wait for a permit; how many of those wanted there were.

        Raises:
            NotReadyError: Redis cannot be asked.
        """
        with self._changed:
            self._waiting += wanted
            try:
                while self._valid() <= self._busy:
                    if self._desk.clock.monotonic() - self._asked >= POLL:
                        self._ask(self._busy + self._waiting)
                    if self._valid() <= self._busy:
                        self._changed.wait(POLL)
                taken = min(wanted, self._valid() - self._busy)
                self._busy += taken
                return taken
            finally:
                self._waiting -= wanted

    def give(self, number: int = 1) -> None:
        """So many are no longer in use; where others wait they are theirs."""
        with self._changed:
            self._busy -= number
            if self._contended and self._desk.clock.monotonic() - self._grew >= SLICE:
                self._quietly_ask(self._busy)
            self._changed.notify()

    def end(self) -> None:
        """Give back what is not in use."""
        with self._changed:
            if self._held:
                self._quietly_ask(self._busy)

    @property
    def is_held(self) -> bool:
        """Whether there is anything to renew."""
        return self._held > 0 or self._busy > 0

    def renew(self) -> None:
        """Keep what is in use, give back what is idle."""
        with self._changed:
            if self.is_held:
                self._quietly_ask(self._busy + self._waiting)

    def _valid(self) -> int:
        return self._held if self._desk.clock.monotonic() < self._end else 0

    def _quietly_ask(self, wanted: int) -> None:
        """Without Redis the lease runs out by itself."""
        try:
            self._ask(wanted)
        except NotReadyError:
            return

    def _ask(self, wanted: int) -> None:
        desk, claimed = self._desk, self._valid()
        wanted = min(wanted, self._most)
        lengths = [round(seconds * MICROSECONDS) for seconds in (LEASE, SILENCE)]
        arguments: list[int | str] = [desk.process, claimed, self._busy, wanted, self._most, *lengths]
        self._asked = desk.clock.monotonic()
        try:
            held, contended, now, since = desk.permits(keys=self._keys, args=arguments)
            sighting = Sighting(self._asked, desk.clock.monotonic(), now / MICROSECONDS, since / MICROSECONDS)
            if desk.time.was_set(sighting):
                desk.lose(keys=[SINCE], args=[since])
                held = min(held, claimed)
        except RedisError as error:
            raise NotReadyError(
                f"calls to {self._name} cannot be counted: Redis is out of reach", 2.0
            ) from error
        if held > self._held:
            self._grew = self._asked
        self._held, self._contended = held, bool(contended)
        self._end = self._asked + LEASE - MARGIN
