"""What leads will cost, before they are paid for: a range, and the days that the caps stretch it over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from alpha_swarm.domain.money.cost import FREE, Cost

if TYPE_CHECKING:
    from datetime import date

    from alpha_swarm.domain.money.budget import Caps
    from alpha_swarm.domain.money.costs import Costs

#: With fewer results of our own, what is usually so says more than they do.
_ENOUGH = 30
#: Nineteen in twenty lots of leads cost between the low and the high figure.
_WIDTH = 1.96
#: Whoever would wait longer than that wants another cap and no date.
_LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """What results cost so far."""

    results: int = 0
    hits: int = 0
    """Results with an e-mail or a phone number: usable leads."""
    spent: Cost = FREE
    squares: float = 0.0
    """The sum of the squares of each result's credits."""

    @property
    def hit_rate(self) -> float | None:
        """The share of hits, from 0 to 1."""
        return self.hits / self.results if self.results else None

    @property
    def per_lead(self) -> Cost | None:
        """What a result cost on average."""
        return self.spent * (1 / self.results) if self.results else None

    @property
    def per_usable_lead(self) -> Cost | None:
        """What a usable lead cost on average, with all that was paid for the others."""
        return self.spent * (1 / self.hits) if self.hits else None


@dataclass(frozen=True, slots=True)
class Range:
    """What something will cost."""

    low: Cost
    expected: Cost
    high: Cost
    known: bool
    """Whether it rests on this ledger's own results."""


def estimate(number: int, experience: Experience, costs: Costs, *, usual: Cost, most: Cost) -> Range:
    """What so many leads will cost, each ``usual`` where nobody knows, and ``most`` at the most."""
    if experience.results < _ENOUGH:
        return _usual(number, costs, usual, most)
    each = experience.spent * (1 / experience.results)
    spread = _WIDTH * _deviation(number, experience)
    expected = each * number
    return Range(
        Cost(max(0.0, expected.credits - spread), expected.actions),
        expected,
        Cost(expected.credits + spread, expected.actions),
        known=True,
    )


def _deviation(number: int, experience: Experience) -> float:
    """Of the credits of so many leads: theirs, and that of the mean that they are reckoned by."""
    mean = experience.spent.credits / experience.results
    variance = max(0.0, experience.squares / experience.results - mean**2)
    return math.sqrt(variance * (number + number**2 / experience.results))


def _usual(number: int, costs: Costs, each: Cost, most: Cost) -> Range:
    """Low: few hits, and nobody charges for no data. High: every lead costs the most it can."""
    rates = costs.expected
    shares = costs.credits
    missed = max(0.0, 100 - rates.hit - rates.error)
    usual = (rates.hit * shares.hit + missed * shares.no_data + rates.error * shares.error) / 100
    return Range(
        each * (number * rates.hit_low / 100 * shares.hit),
        each * (number * usual),
        most * number,
        known=False,
    )


def days_needed(
    amount: float, caps: Caps, used_today: float, used_this_month: float, today: date
) -> int | None:
    """Days on which that many credits are spent under the caps, today included; ``None``: never."""
    left, day, month_room = amount, today, _room(caps.month, used_this_month)
    day_room = _room(caps.day, used_today)
    for number in range(1, _LONGEST_DAYS + 1):
        paid = min(left, day_room, month_room)
        left -= paid
        if left <= 0:
            return number
        following = day + timedelta(days=1)
        month_room = month_room - paid if following.month == day.month else _room(caps.month, 0.0)
        day, day_room = following, _room(caps.day, 0.0)
    return None


def _room(cap: float | None, used: float) -> float:
    return math.inf if cap is None else max(0.0, cap - used)
