"""What answers show about a limit, passed on to all processes."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError

from alpha_swarm.coordination.scripts import SINCE, script
from alpha_swarm.coordination.windows import MICROSECONDS
from alpha_swarm.domain.calls.rate_headers import Told, resets, retry_after, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis import Redis

    from alpha_swarm.clock import Clock
    from alpha_swarm.coordination.windows import Window
    from alpha_swarm.ports.edge import Exchange

log = structlog.get_logger(__name__)

#: How much of how long a call usually takes is up to the newest one.
_OF_THE_NEWEST = 0.1


class Lessons:
    """Most answers show nothing new and cost no round trip."""

    def __init__(self, connection: Redis, clock: Clock) -> None:
        self._learn = script(connection, "learn")
        self._clock = clock
        self._told: dict[str, tuple[Told, float]] = {}
        self._usual: dict[str, float] = {}

    def hear(self, limits: Sequence[Window], exchange: Exchange) -> None:
        """Take in how a call went. Never raises: what is lost of it the next refusal shows again."""
        refused = exchange.status == HTTPStatus.TOO_MANY_REQUESTS
        shut = self._shut(limits, exchange) or self._refilling(limits, exchange)
        said = told(exchange.headers)
        if not (refused or shut or self._is_news(limits[0], said)):
            return
        if refused:
            log.info("call_refused", limit=limits[0].name, shut_seconds=shut)
        lateness = min(limit.lateness for limit in limits)
        arguments: list[int | str] = [int(refused), *map(_microseconds, (exchange.seconds, shut, lateness))]
        for limit in limits:
            bound = limit.bound(said)
            arguments += [limit.microseconds, limit.most, "" if bound is None else bound]
        keys = [SINCE, *(key for limit in limits for key in limit.keys)]
        try:
            self._learn(keys=keys, args=arguments)
        except RedisError:
            log.warning("lesson_lost", limit=limits[0].name)

    def _shut(self, limits: Sequence[Window], exchange: Exchange) -> float:
        """Seconds for which nothing is to go, by the other side's own words."""
        if exchange.status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            return 0
        now = self._clock.now()
        after = retry_after(exchange.headers, now)
        if after is None and exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            after = resets(exchange.headers, now)
            # No window takes longer than itself to have room again, whatever our clock makes of a moment.
            after = None if after is None else min(after, max(limit.seconds for limit in limits))
        return after or 0

    def _refilling(self, limits: Sequence[Window], exchange: Exchange) -> float:
        """Seconds for which nothing is to go, as a call that stood still has come together with later ones.

        Between the two there was nothing to refill a bucket; it may be empty now.
        """
        name, seconds = limits[0].name, exchange.seconds
        usual = self._usual.get(name, seconds)
        self._usual[name] = usual + _OF_THE_NEWEST * (seconds - usual)
        emptied = [limit.limit.seconds for limit in limits if seconds - usual > limit.bearable]
        return max(emptied, default=0)

    def _is_news(self, limit: Window, said: Told) -> bool:
        """Whether the others should know; said again each window, as they may have heard otherwise since."""
        if said.most is None:
            return False
        now = self._clock.monotonic()
        before, moment = self._told.get(limit.name, (Told(), now))
        if said == before and now - moment < limit.seconds:
            return False
        self._told[limit.name] = said, now
        return True


def _microseconds(seconds: float) -> int:
    return math.ceil(seconds * MICROSECONDS)
