"""The most that a lead can cost follows from the waterfalls and the prices."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm import settings
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.money.costs import Costs
from alpha_swarm.domain.providers.dearest import dearest
from alpha_swarm.domain.providers.waterfall import Waterfall, Waterfalls
from alpha_swarm.domain.results.columns import SINGLE_PROVIDERS

_NOBODY = {"provider": [{"name": "nobody", "priority": 1}]}
_PACKAGED = settings.read("costs")


def costs(prices: dict[str, tuple[float, float]], unpriced: float = 5.0) -> Costs:
    """Provider → what a hit and no data cost; nobody is free."""
    rows = [{"name": name, "hit": hit, "no_data": miss} for name, (hit, miss) in prices.items()]
    return Costs.from_mapping(
        {**_PACKAGED, "unpriced": unpriced, "provider": [{"name": "nobody", "hit": 0, "no_data": 0}, *rows]}
    )


def email(*names: str, **options: Any) -> Waterfalls:
    """One waterfall of these; the others cost nothing."""
    providers = [{"name": name, "priority": place} for place, name in enumerate(names, 1)]
    others = dict.fromkeys(("waterfall_phone", "waterfall_company", "waterfall_techstack"), _NOBODY)
    return Waterfalls.from_mapping({**others, "waterfall_email": {"provider": providers, "options": options}})


def test_a_waterfall_costs_its_misses_and_the_hit_that_ends_it() -> None:
    prices = costs({"first": (2.0, 0.0), "second": (2.0, 1.5), "third": (3.0, 0.0)})
    assert dearest(email("first", "second", "third"), [], prices) == 4.5
    assert dearest(email("second", "first"), [], prices) == 3.5


def test_where_results_are_merged_everybody_is_paid() -> None:
    prices = costs({"first": (2.0, 0.0), "second": (1.0, 1.5)})
    assert dearest(email("first", "second", merge_results=True), [], prices) == 3.5


def test_a_provider_without_a_price_costs_what_strangers_do() -> None:
    assert dearest(email("stranger"), [], costs({}, unpriced=7.0)) == 7.0


def test_a_provider_that_fills_columns_alone_counts_once() -> None:
    prices = costs({"first": (2.0, 0.0), "alone": (1.0, 0.0)})
    assert dearest(email("first"), ["alone", "alone", "first"], prices) == 3.0


def test_who_is_off_is_not_paid() -> None:
    off = [{"name": "first", "priority": 1}, {"name": "second", "priority": 2, "on": False}]
    waterfalls = email("first").model_copy(
        update={"waterfall_email": Waterfall.model_validate({"provider": off})}
    )
    assert dearest(waterfalls, [], costs({"first": (1.0, 0.0), "second": (9.0, 0.0)})) == 1.0


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9), st.booleans()), min_size=1, max_size=6),
    st.booleans(),
)
def test_no_way_through_a_waterfall_costs_more(
    providers: list[tuple[float, float, bool]],
    merged: bool,  # noqa: FBT001 - drawn
) -> None:
    """Each provider finds something or not; the first that does ends it, unless results are merged."""
    names = [f"p{place}" for place in range(len(providers))]
    prices = costs({name: (hit, miss) for name, (hit, miss, _) in zip(names, providers, strict=True)})
    paid = 0.0
    for hit, miss, finds in providers:
        paid += hit if finds else miss
        if finds and not merged:
            break
    assert paid <= dearest(email(*names, merge_results=merged), [], prices) + 1e-9


def test_the_packaged_waterfalls_have_a_price_for_everybody() -> None:
    """So that what is reserved under a cap rests on no guess about strangers."""
    waterfalls = Waterfalls.from_mapping(settings.read("waterfalls"))
    prices = Costs.from_mapping(_PACKAGED)
    dearer = prices.model_copy(update={"unpriced": 100.0})
    assert (
        dearest(waterfalls, SINGLE_PROVIDERS, prices) == dearest(waterfalls, SINGLE_PROVIDERS, dearer) == 16.0
    )


@pytest.mark.parametrize(
    ("cost", "room", "times"),
    [
        (Cost(0.1, 0.0), Cost(0.3, 0.0), 3),
        (Cost(6.0, 1.0), Cost(20.0, 2.0), 2),
        (Cost(6.0, 1.0), Cost(-1.0, 9.0), 0),
        (Cost(0.0, 0.0), Cost(0.0, 0.0), float("inf")),
        (Cost(6.0, 0.0), Cost(float("inf"), 0.0), float("inf")),
    ],
)
def test_how_often_something_can_be_paid(cost: Cost, room: Cost, times: float) -> None:
    assert cost.times_in(room) == times
