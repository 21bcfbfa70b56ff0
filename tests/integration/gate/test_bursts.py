"""A limit with a burst is used to the full, although calls take now longer and now less on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.windows import windows
from alpha_swarm.domain.calls.limits import Limit
from tests.integration.gate.provider import Callers, Phase, Provider

if TYPE_CHECKING:
    from tests.integration.gate.virtual import VirtualTime

#: Calls of ten records each: ten records a second, twenty at once.
RULE = Limit(1, 1, burst=2)
WINDOWS = 300


class Bucket(Provider):
    """Holds two calls and gets back one a second, as Clay's webhook sources do."""

    _left, _at = 2.0, 0.0

    def answer(self, now: float) -> int:
        """200 or 429."""
        self._left, self._at = min(2.0, self._left + (now - self._at) * self.limit / self.seconds), now
        if self._left < 1:
            self.refused.append(now)
            return 429
        self._left -= 1
        self.granted.append(now)
        return 200


class Standstills(Callers):
    """Now and then nothing gets through for a while, and then everything at once."""

    EVERY, SECONDS = 20.0, 1.7

    def trip(self) -> float:
        """At the end of a standstill at the earliest."""
        usual = super().trip()
        left = self.EVERY - (self.time.monotonic() + usual) % self.EVERY
        return usual + left if left < self.SECONDS else usual


@pytest.mark.parametrize("callers", [2, 8])
def test_calls_that_stood_still_and_came_together_let_the_bucket_fill_again(
    time: VirtualTime, callers: int
) -> None:
    bucket = Bucket(1, 1.0)
    world = Standstills(time, bucket, (0.0, 0.05), seed=7)
    world.limits = windows("busy", "", (RULE,))
    [seen] = world.run([Phase(WINDOWS, 1)], callers)
    assert seen.refused == []
    standing = world.SECONDS / world.EVERY
    assert seen.share > 0.97 - standing


@pytest.mark.parametrize("way", [(0.0, 0.01), (0.02, 0.3), (0.0, 0.8)])
@pytest.mark.parametrize("callers", [1, 2, 8])
def test_nearly_all_of_a_bucket_is_used_and_nothing_refused(
    time: VirtualTime, way: tuple[float, float], callers: int
) -> None:
    """What is left over fills it again; a caller alone on a long way uses what its calls leave time for."""
    bucket = Bucket(1, 1.0)
    world = Callers(time, bucket, way, seed=7)
    world.limits = windows("busy", "", (RULE,))
    [seen] = world.run([Phase(WINDOWS, 1)], callers)
    assert seen.refused == []
    slowest = 2 * way[1] + 0.1
    assert seen.share > 0.97 or (callers == 1 and slowest > 1 / 0.97)
