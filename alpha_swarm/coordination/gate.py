"""Limits on outside calls, shared by all processes: exact sliding-window logs by the Redis server's clock."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.coordination.lessons import Lessons
from alpha_swarm.coordination.places import Places, nowhere
from alpha_swarm.coordination.refusals import Refusals
from alpha_swarm.coordination.standing import standing
from alpha_swarm.coordination.windows import windows
from alpha_swarm.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redis import Redis

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.calls.limits import Limit
    from alpha_swarm.ports.edge import Exchange, Passage

#: Seconds that a call waits in place. Whoever is sent away comes back by the sweep, up to a second later and
#: with its batch claimed anew: the places of that time would stay empty. Longer, and a worker would stand
#: still over one limit while another one has room.
PATIENCE = 2.0


class RedisGate:
    """Keeps calls within limits; what Redis loses makes it stricter, never looser."""

    def __init__(
        self,
        connection: Redis,
        limits: Mapping[str, Sequence[Limit]],
        clock: Clock,
        scopes: Mapping[str, str] | None = None,
    ) -> None:
        scopes = scopes or {}
        self._windows = {name: windows(name, scopes.get(name, ""), rules) for name, rules in limits.items()}
        self._connection = connection
        self._clock = clock
        self._places = Places(connection, clock)
        self._lessons = Lessons(connection, clock)
        self.refusals = Refusals(connection)

    def enter(self, passage: Passage) -> None:
        """Take what the call needs from every limit it falls under; wait in place where that is soon.

        Raises what :meth:`waits` does.
        """
        for seconds in self.waits(passage):
            self._clock.sleep(seconds)

    def waits(self, passage: Passage) -> Iterator[float]:
        """Seconds to wait, again and again until the call may go.

        Raises:
            RateLimitedError: nothing was taken; ``after`` says when it is of use to ask again.
            NotReadyError: Redis cannot be asked, so nothing may go.
            ConfigurationError: so many at once are more than the limit ever lets through.
        """
        limits = self._windows.get(passage.limit or "")
        if not limits:
            return
        end = self._clock.monotonic() + PATIENCE
        place = nowhere(limits)
        while not place.is_now:
            place = self._places.ask(limits, passage.records, place.takings, end - self._clock.monotonic())
            if not place.granted or self._clock.monotonic() > end + PATIENCE:
                after = max(place.wait - PATIENCE, 0)
                raise RateLimitedError(f"our own limit {passage.limit} is reached", after)
            yield place.wait

    def standing(self) -> list[dict[str, Any]]:
        """Each limit: ``{limit, configured, learned, used}``; the last two are ``None`` without Redis."""
        limits = ((name, window) for name, found in self._windows.items() for window in found)
        return standing(self._connection, limits)

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """Learn from the answer."""
        if exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.refusals.count(passage.target)
        limits = self._windows.get(passage.limit or "")
        if limits:
            self._lessons.hear(limits, exchange)
