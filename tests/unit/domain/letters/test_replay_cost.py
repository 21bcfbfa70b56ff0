"""What a replay costs is reckoned by what the same leads cost before, and else as a forecast."""

from __future__ import annotations

from alpha_swarm import settings
from alpha_swarm.domain.letters.replay_cost import replay_cost
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.money.costs import Costs
from alpha_swarm.domain.money.estimate import Experience, estimate

COSTS = Costs.from_mapping(settings.read("costs"))
USUAL, MOST = Cost(8.0, 1.0), Cost(20.0, 1.0)
EXPERIENCE = Experience(results=100, hits=80, spent=Cost(900.0, 100.0), squares=9000.0)


def test_leads_that_were_never_paid_for_are_reckoned_as_a_forecast_does() -> None:
    assert replay_cost(40, [], EXPERIENCE, COSTS, usual=USUAL, most=MOST) == estimate(
        40, EXPERIENCE, COSTS, usual=USUAL, most=MOST
    )


def test_leads_that_were_paid_for_cost_what_they_cost_or_as_much_as_others() -> None:
    span = replay_cost(0, [Cost(1.0, 1.0)] * 10, EXPERIENCE, COSTS, usual=USUAL, most=MOST)
    assert (span.low, span.expected) == (Cost(10.0, 10.0), Cost(10.0, 10.0))
    assert span.high.credits > 90.0


def test_nothing_costs_nothing() -> None:
    span = replay_cost(0, [], Experience(), COSTS, usual=USUAL, most=MOST)
    assert (span.low, span.expected, span.high) == (Cost(), Cost(), Cost())
