"""The most that a lead can cost, by who is asked for it and what each of them takes."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from alpha_swarm.domain.money.costs import Costs
    from alpha_swarm.domain.providers.waterfall import Waterfall, Waterfalls


def dearest(waterfalls: Waterfalls, others: Collection[str], costs: Costs) -> float:
    """Credits for the dearest way through all waterfalls.

    Args:
        waterfalls: a provider that stands in two of them is paid in both.
        others: providers that fill columns of their own; those of a waterfall among them count there.
        costs: what each of them takes.
    """
    every = [waterfall for _, waterfall in waterfalls]
    asked = {name for waterfall in every for name in _asked(waterfall)}
    alone = sum(max(costs.price_of(name).hit, costs.price_of(name).no_data) for name in set(others) - asked)
    return alone + sum(max(_ways(waterfall, costs)) for waterfall in every)


def _asked(waterfall: Waterfall) -> list[str]:
    return [provider.name for provider in waterfall.provider if provider.on]


def _ways(waterfall: Waterfall, costs: Costs) -> Iterator[float]:
    """What each end costs: the first that finds something ends it, or all are asked and paid."""
    prices = [costs.price_of(name) for name in _asked(waterfall)]
    if waterfall.options.get("merge_results"):
        yield sum(max(price.hit, price.no_data) for price in prices)
        return
    misses = list(accumulate((price.no_data for price in prices), initial=0.0))
    yield misses[-1]
    yield from (missed + price.hit for missed, price in zip(misses, prices, strict=False))
