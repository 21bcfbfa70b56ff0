"""Limits on outside calls, shared by all processes: an exact sliding-window log by the server's clock."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from alpha_swarm.errors import ConfigurationError, NotReadyError, RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redis import Redis

    from alpha_swarm.domain.limits import Limit
    from alpha_swarm.ports.edge import Exchange, Passage

SCRIPT = files("alpha_swarm.coordination").joinpath("sliding_window.lua").read_text(encoding="utf-8")

#: The braces keep a gate's keys on one node of a cluster.
PREFIX = "alpha-swarm:{gate}:"
SINCE = f"{PREFIX}since"

#: Calls that leave a window apart may arrive closer together, so the window is kept a little longer.
JITTER_SHARE, JITTER_MOST = 0.02, 0.5

UNREACHABLE_SECONDS = 2.0


def inaugurate(connection: Redis) -> None:
    """Declare that nothing has been called yet, so that the first calls need not wait.

    Only for a new installation: without it, as after a loss of all keys, the windows before count as used up.
    """
    connection.set(SINCE, 0, nx=True)


class RedisGate:
    """Keeps calls within limits; what Redis loses makes it stricter, never looser."""

    def __init__(self, connection: Redis, limits: Mapping[str, Limit | None]) -> None:
        self._take = connection.register_script(SCRIPT)
        self._limits = dict(limits)

    def enter(self, passage: Passage) -> None:
        """Take one call, or its records where the limit counts rows; a limit that is off costs nothing.

        Raises:
            RateLimitedError: nothing was taken; ``after`` says when there is room.
            NotReadyError: Redis cannot be asked, so nothing may go.
            ConfigurationError: so many at once are more than the limit ever lets through.
        """
        limit = passage.limit
        rule = self._limits.get(limit) if limit else None
        if limit is None or rule is None:
            return
        wanted = passage.records if rule.unit == "rows" else 1
        most = rule.burst or rule.amount
        if wanted > most:
            raise ConfigurationError(f"the limit {limit} lets {most} through at once, a batch needs {wanted}")
        wait = self._ask(limit, wanted, most, window(rule))
        if wait:
            raise RateLimitedError(f"our own limit {limit} is reached", after=wait / 1000)

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """What was taken stays taken."""

    def _ask(self, limit: str, wanted: int, most: int, seconds: float) -> int:
        try:
            answer = self._take(keys=[PREFIX + limit, SINCE], args=[wanted, most, math.ceil(seconds * 1e6)])
        except RedisError as error:
            raise NotReadyError(
                f"the limit {limit} cannot be checked: Redis is out of reach", after=UNREACHABLE_SECONDS
            ) from error
        return int(answer)


def window(rule: Limit) -> float:
    """Seconds in which ``burst`` (else ``amount``) may go: a burst lengthens the window, the rate stays."""
    seconds = rule.seconds * (rule.burst or rule.amount) / rule.amount
    return seconds + min(seconds * JITTER_SHARE, JITTER_MOST)
