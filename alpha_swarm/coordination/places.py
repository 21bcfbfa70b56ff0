"""Asks for a call's place in every window that it falls under, in one round trip."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from alpha_swarm.coordination.redis_time import RedisTime, Sighting
from alpha_swarm.coordination.scripts import SINCE, script
from alpha_swarm.coordination.windows import MICROSECONDS
from alpha_swarm.errors import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis import Redis

    from alpha_swarm.clock import Clock
    from alpha_swarm.coordination.windows import Window

UNREACHABLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: whether it was granted a place, and for when."""

    granted: bool
    wait: float
    """Seconds until the place, or until there is one."""
    takings: tuple[bytes, ...]
    """By which the logs know the place: one for each window, empty where there is none."""
    good: bool
    """Whether it may be used: the answer came in time, by a clock that nobody has set."""

    @property
    def is_now(self) -> bool:
        """Whether the call is to go at once."""
        return self.granted and self.good and self.wait <= 0


class Places:
    """The logs of all windows; safe for threads."""

    def __init__(self, connection: Redis, clock: Clock) -> None:
        self._enter = script(connection, "enter")
        self._lose = script(connection, "lose")
        self._clock = clock
        self._time = RedisTime()

    def ask(self, limits: Sequence[Window], records: int, held: Sequence[bytes], patience: float) -> Place:
        """Take a place at most ``patience`` seconds ahead; ``held`` is kept if it stands, else given back.

        Raises:
            NotReadyError: Redis cannot be asked.
        """
        lateness = min(limit.lateness for limit in limits)
        arguments: list[float | bytes] = [_microseconds(max(patience, 0)), _microseconds(lateness)]
        for limit, taking in zip(limits, held, strict=True):
            arguments += [limit.amount(records), limit.most, limit.microseconds, limit.distance, taking]
        keys = [SINCE, *(key for limit in limits for key in limit.keys)]
        asked = self._clock.monotonic()
        try:
            granted, wait, now, since, *takings = self._enter(keys=keys, args=arguments)
            answered = self._clock.monotonic()
            was_set = self._time.was_set(Sighting(asked, answered, now / MICROSECONDS, since / MICROSECONDS))
            if was_set:
                self._lose(keys=[SINCE], args=[since])
        except RedisError as error:
            raise NotReadyError(
                f"the limit {limits[0].name} cannot be checked: Redis is out of reach", UNREACHABLE_SECONDS
            ) from error
        good = not was_set and answered - asked <= lateness
        return Place(bool(granted), wait / MICROSECONDS, tuple(takings) or tuple(held), good)


def nowhere(limits: Sequence[Window]) -> Place:
    """Before anything was asked."""
    return Place(granted=False, wait=0, takings=(b"",) * len(limits), good=False)


def _microseconds(seconds: float) -> int:
    return math.ceil(seconds * MICROSECONDS)
