"""The quality of what is known, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.figures import percent, rounded, share
from alpha_swarm.domain.results.quality import Accuracy, completeness, fill_rates
from alpha_swarm.ledger.reporting.results import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ledger.reporting.results import Ages, Results


def complete(found: Results, required: Sequence[str], threshold: float) -> dict[str, Any]:
    """How many of the required fields of usable leads have a value."""
    rates = fill_rates(found.fields, found.usable)
    reached = percent(completeness(rates, required))
    return {
        "required": list(required),
        "percent": reached,
        "threshold": threshold,
        "enough": None if reached is None else reached >= threshold,
        "by_field": {name: percent(rates[name]) for name in required if rates},
    }


def consistent(found: Results, asked: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many values and records match their formats; of the others who gave them, in the period."""
    return {
        "records": found.records,
        "flawed_records": found.flawed,
        "percent": percent(found.records - found.flawed, found.records),
        "values": found.passed + found.dropped,
        "dropped_values": found.dropped,
        "values_percent": percent(found.passed, found.passed + found.dropped),
        "dropped_by_provider": {one["provider"]: one["dropped"] for one in asked if one["dropped"]},
    }


def timely(ages: Ages) -> dict[str, Any]:
    """How old the values of usable leads are."""
    days = None if ages.average is None else rounded(ages.average / DAY_SECONDS)
    return {
        "average_age_days": days,
        "fresh": ages.fresh,
        "stale": ages.stale,
        "very_stale": ages.very_stale,
    }


def repeated(arrivals: int, known: int, sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many of those who came were known already."""
    return {
        "arrivals": arrivals,
        "known": known,
        "percent": percent(known, arrivals),
        "by_source": [
            {
                "source": one["source"],
                "arrivals": one["arrivals"],
                "known": one["known"],
                "share": share(one["known"], one["arrivals"]),
            }
            for one in sources
            if one["known"]
        ],
    }


def accurate(by_field: Mapping[str, Accuracy], waiting: int, days: int) -> dict[str, Any]:
    """What people said of drawn values; ``low`` and ``high`` are the interval's ends in per cent."""
    marks = by_field.values()
    whole = Accuracy(
        right=sum(one.right for one in marks),
        wrong=sum(one.wrong for one in marks),
        unknown=sum(one.unknown for one in marks),
    )
    fields = {name: _judged(one) for name, one in sorted(by_field.items())}
    return {**_judged(whole), "waiting": waiting, "days": days, "by_field": fields}


def _judged(marks: Accuracy) -> dict[str, Any]:
    low, high = marks.interval or (None, None)
    return {
        "right": marks.right,
        "wrong": marks.wrong,
        "unknown": marks.unknown,
        "percent": percent(marks.share),
        "low": percent(low),
        "high": percent(high),
    }
