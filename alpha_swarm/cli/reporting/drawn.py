"""The charts of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.charts.bars import Bar, bars
from alpha_swarm.charts.columns import columns
from alpha_swarm.charts.lines import lines
from alpha_swarm.charts.parts import Part, parts
from alpha_swarm.charts.plot import Series
from alpha_swarm.cli.reporting import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.charts.svg import Svg

_PERCENT = 100.0


def drawn(report: Mapping[str, Any]) -> dict[str, Svg]:
    """By the name under which the page shows it."""
    return {
        "funnel": _funnel(report["funnel"]),
        "tiers": _parts("tiers", "Usable leads by tier", report["tiers"]),
        "outcomes": _parts("outcomes", "What results came to", report["outcomes"]),
        "fill_rates": _fill_rates(report["fill_rates"]),
        "leads_by_day": _leads_by_day(report["throughput"]["by_day"]),
        "credits_by_day": _credits_by_day(report["cost"]["by_day"]),
        "completeness": _completeness(report["quality"]["completeness"]),
        "ages": _ages(report["quality"]["timeliness"]),
        "accuracy": _accuracy(report["quality"]["accuracy"]),
    }


def _funnel(funnel: Mapping[str, int]) -> Svg:
    first = funnel["accepted"]
    rows = [
        Bar(label=wording.sentence(words), value=funnel[step], text=_of(funnel[step], first))
        for step, words in wording.STEPS.items()
    ]
    return bars("funnel", "From the door to the CRMs", rows if first else [])


def _of(value: int, whole: int) -> str:
    return f"{value:,}" if value == whole else f"{value:,} · {_PERCENT * value / whole:.1f} %"


def _parts(key: str, title: str, numbers: Mapping[str, int]) -> Svg:
    rows = [
        Part(wording.sentence(wording.named(name)), value, f"{value:,}") for name, value in numbers.items()
    ]
    return parts(key, title, rows)


def _fill_rates(rates: Mapping[str, float]) -> Svg:
    rows = [
        Bar(label=wording.sentence(wording.named(name)), value=rate, text=wording.rate(rate))
        for name, rate in sorted(rates.items(), key=lambda one: -one[1])
    ]
    return bars("fill-rates", "Usable leads that have the field", rows, most=1.0)


def _leads_by_day(days: list[Mapping[str, Any]]) -> Svg:
    series = [Series(name.capitalize(), [one[name] for one in days]) for name in ("received", "results")]
    return lines("leads-by-day", "Leads received, and results, by day", _labels(days), series)


def _credits_by_day(days: list[Mapping[str, Any]]) -> Svg:
    series = [Series("Credits spent", [one["credits"] for one in days])]
    return columns("credits-by-day", "Credits spent by day", _labels(days), series)


def _labels(days: list[Mapping[str, Any]]) -> list[str]:
    return [one["day"] for one in days]


def _completeness(found: Mapping[str, Any]) -> Svg:
    rows = [
        Bar(label=wording.sentence(wording.named(name)), value=share, text=wording.per_cent(share))
        for name, share in found["by_field"].items()
    ]
    return bars("completeness", "Required fields", rows, most=_PERCENT, mark=found["threshold"])


def _ages(found: Mapping[str, Any]) -> Svg:
    bands = {"fresh": "Under 48 hours", "stale": "Under 90 days", "very_stale": "Older"}
    return parts(
        "ages",
        "Age of the values",
        [Part(words, found[band], f"{found[band]:,}") for band, words in bands.items()],
    )


def _accuracy(found: Mapping[str, Any]) -> Svg:
    rows = [
        Bar(
            label=f"{wording.sentence(wording.named(name))} ({one['right'] + one['wrong']:,} judged)",
            value=one["percent"],
            text=wording.per_cent(one["percent"]),
            low=one["low"],
            high=one["high"],
        )
        for name, one in found["by_field"].items()
        if one["percent"] is not None
    ]
    return bars("accuracy", "Drawn values that are right", rows, most=_PERCENT)
