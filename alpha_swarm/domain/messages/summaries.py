"""What people are told of a day and of a month; figures only, nothing of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.messages.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.messages.notices import Fact


def of_day(report: Mapping[str, Any]) -> Notice | None:
    """Of the day before the report's own; ``None`` for a day on which nothing happened.

    Args:
        report: of at least two days.
    """
    day, paid = report["throughput"]["by_day"][-2], report["cost"]["by_day"][-2]
    if not (day["received"] or day["results"] or paid["credits"]):
        return None
    facts: dict[str, Fact | None] = {
        "leads received": day["received"],
        "results": day["results"],
        "credits spent": paid["credits"],
        "credits a usable lead, since the beginning": report["cost"]["per_usable_lead"],
        "completeness, per cent": report["quality"]["completeness"]["percent"],
        "accuracy, per cent": report["quality"]["accuracy"]["percent"],
        "leads that gave up": report["states"]["dead"],
        "leads held": report["states"]["held"],
    }
    return Notice(
        key=f"daily:{day['day']}",
        kind=NoticeKind.SUMMARY,
        text=f"The day {day['day']}",
        facts={name: value for name, value in facts.items() if value is not None},
    )


def of_access(month: str, access: Mapping[str, Any]) -> Notice:
    """Who got or saw personal data in a month."""
    facts: dict[str, Fact] = {
        f"{one['to']}: {one['action'].replace('_', ' ')}": one["times"] for one in access["access"]
    }
    return Notice(
        key=f"access:{month}",
        kind=NoticeKind.SUMMARY,
        text=f"Access to personal data in {month}",
        facts={**facts, "people concerned": access["people"]},
    )
