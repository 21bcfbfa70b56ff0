"""What leads will cost is a range, and caps stretch it over days."""

from __future__ import annotations

import random
import statistics
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm import settings
from alpha_swarm.domain.money.budget import Caps
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.money.costs import Costs
from alpha_swarm.domain.money.estimate import Experience, days_needed, estimate

COSTS = Costs.from_mapping(settings.read("costs"))
USUAL, MOST = Cost(6.0, 1.0), Cost(16.0, 1.0)
TODAY = date(2026, 1, 30)


def experience(paid: list[float], hits: int) -> Experience:
    """After results that cost so much."""
    return Experience(
        results=len(paid), hits=hits, spent=Cost(sum(paid), len(paid)), squares=sum(one * one for one in paid)
    )


def test_without_experience_the_usual_rates_hold() -> None:
    """At most as if each took the dearest way; at least as if only the hits of a bad list were charged."""
    span = estimate(100, Experience(), COSTS, usual=USUAL, most=MOST)
    assert not span.known
    assert (span.low, span.expected, span.high) == (Cost(300.0, 50.0), Cost(570.0, 95.0), Cost(1600.0, 100.0))


def test_with_experience_the_mean_of_it_holds() -> None:
    span = estimate(1000, experience([4.0] * 50 + [8.0] * 50, 80), COSTS, usual=USUAL, most=MOST)
    assert span.known
    assert span.expected == Cost(6000.0, 1000.0)
    assert 5400.0 < span.low.credits < 5900.0
    assert 6100.0 < span.high.credits < 6600.0


def test_nineteen_lots_in_twenty_cost_what_was_said() -> None:
    """Over a thousand lists with prices that the estimate knows by a hundred results only."""
    chance = random.Random(5)
    prices = [1.0, 1.0, 3.0, 9.0, 14.0]
    within = 0
    for _ in range(1000):
        known = experience(chance.choices(prices, k=100), 50)
        span = estimate(200, known, COSTS, usual=USUAL, most=MOST)
        within += span.low.credits <= sum(chance.choices(prices, k=200)) <= span.high.credits
    assert 0.93 <= within / 1000 <= 0.97


@given(st.lists(st.floats(0, 50), min_size=30, max_size=60), st.integers(0, 5000))
def test_the_range_is_in_order(paid: list[float], number: int) -> None:
    span = estimate(number, experience(paid, 3), COSTS, usual=USUAL, most=MOST)
    assert 0.0 <= span.low.credits <= span.expected.credits + 1e-6
    assert span.expected.credits <= span.high.credits
    assert span.expected.credits == pytest.approx(number * statistics.fmean(paid), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("amount", "caps", "used", "days"),
    [
        (300.0, Caps(), (50.0, 50.0), 1),
        (300.0, Caps(day=100.0), (0.0, 0.0), 3),
        (300.0, Caps(day=100.0), (60.0, 60.0), 4),
        (200.0, Caps(month=100.0), (0.0, 70.0), 31),
        (300.0, Caps(day=100.0, month=150.0), (0.0, 0.0), 4),
        (300.0, Caps(day=0.0), (0.0, 0.0), None),
    ],
)
def test_caps_stretch_a_sum_over_days_and_months(
    amount: float, caps: Caps, used: tuple[float, float], days: int | None
) -> None:
    """From the last day but one of January; February has 28."""
    assert days_needed(amount, caps, *used, TODAY) == days


def test_rates_and_prices_of_results() -> None:
    known = experience([4.0, 8.0, 0.0], 2)
    assert known.hit_rate == pytest.approx(2 / 3)
    assert known.per_lead == Cost(4.0, 1.0)
    assert known.per_usable_lead == Cost(6.0, 1.5)
    assert (Experience().hit_rate, Experience().per_lead, Experience().per_usable_lead) == (None, None, None)
