"""What a replay will cost, before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.domain.money.estimate import Range, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.money.costs import Costs
    from alpha_swarm.domain.money.estimate import Experience


def replay_cost(
    first: int, before: Sequence[Cost], experience: Experience, costs: Costs, *, usual: Cost, most: Cost
) -> Range:
    """As a forecast reckons it, and by what the same leads have cost before.

    Args:
        first: leads that were never paid for.
        before: what each of the others cost the last time. It costs that again where it ends as it did, and
            as much as any other where it ends well.
        experience: what results cost so far.
        costs: what is usual.
        usual: what a lead is reckoned with.
        most: what it may cost at the most.
    """
    fresh = estimate(first, experience, costs, usual=usual, most=most)
    again = estimate(len(before), experience, costs, usual=usual, most=most)
    spent = sum(before, FREE)
    return Range(
        fresh.low + spent, fresh.expected + spent, fresh.high + _dearer(again.high, spent), known=fresh.known
    )


def _dearer(one: Cost, other: Cost) -> Cost:
    return Cost(max(one.credits, other.credits), max(one.actions, other.actions))
