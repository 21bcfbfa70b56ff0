"""When a call that failed is made again: its turn within the budget, and then a moment drawn by chance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.retry_budget import RetryBudget

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.clock import Clock


@dataclass(frozen=True, slots=True)
class Turn:
    """What the leads of one call share, so that they are called again together."""

    wait: float
    """Seconds until those who failed before have had their turns."""
    share: float
    """Where between two bounds the moment lies, from 0 to 1."""

    def __call__(self, least: float, most: float) -> float:
        """Seconds until the next attempt; within ``least`` and ``most`` after the turn."""
        return self.wait + least + self.share * (most - least)


class Retries:
    """The budgets of one process, by party."""

    def __init__(self, draw: Callable[[float, float], float], clock: Clock) -> None:
        self._draw = draw
        self._clock = clock
        self._budgets: defaultdict[str, RetryBudget] = defaultdict(RetryBudget)

    def attempted(self, party: str, calls: int) -> None:
        """Calls were made for leads that had not failed before."""
        self._budgets[party].attempted(calls, self._clock.monotonic())

    def turn(self, party: str) -> Turn:
        """For one call that failed."""
        return Turn(self._budgets[party].wait(self._clock.monotonic()), self._draw(0.0, 1.0))
