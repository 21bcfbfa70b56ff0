"""What leads cost, and what was not spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.figures import percent, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.money.budget import Caps
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.ledger.reporting.spent import Spent


def cost(spent: Spent, *, results: int, usable: int, synced: int, known: int) -> dict[str, Any]:
    """Since the beginning, with all that was paid for leads that came to nothing.

    ``known`` arrivals were of people for whom nothing was paid again.
    """
    paid = spent.total.credits
    each = paid / results if results else 0.0
    return {
        "credits": rounded(paid),
        "actions": rounded(spent.total.actions),
        "credits_reserved": rounded(spent.reserved.credits),
        "per_result": _each(paid, results),
        "per_usable_lead": _each(paid, usable),
        "per_synced_lead": _each(paid, synced),
        "saved": {"arrivals": known, "credits": rounded(each * known)},
    }


def quota(caps: Caps, day: tuple[Cost, Cost], month: tuple[Cost, Cost]) -> list[dict[str, Any]]:
    """Per cent of each cap that is used, reservations included; nothing without caps."""
    meters = (
        ("credits of the day", caps.day, _sum(day).credits),
        ("credits of the month", caps.month, _sum(month).credits),
        ("actions of the month", caps.month_actions, _sum(month).actions),
    )
    return [
        {"what": what, "cap": cap, "used": rounded(used), "percent": percent(used, cap)}
        for what, cap, used in meters
        if cap is not None
    ]


def paid_by_day(spent: Spent, days: Mapping[str, int]) -> list[dict[str, Any]]:
    """One entry a day, in their order."""
    return [
        {
            "day": name,
            "credits": rounded(spent.by_day[name].credits),
            "actions": rounded(spent.by_day[name].actions),
        }
        for name in days
    ]


def _each(paid: float, number: int) -> float | None:
    return rounded(paid / number) if number else None


def _sum(used: tuple[Cost, Cost]) -> Cost:
    reserved, paid = used
    return reserved + paid
