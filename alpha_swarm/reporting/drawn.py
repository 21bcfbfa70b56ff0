"""The charts of the report, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.charts.bars import Bar, bars
from alpha_swarm.charts.columns import columns
from alpha_swarm.charts.lines import lines
from alpha_swarm.charts.parts import Part, parts
from alpha_swarm.charts.plot import Series
from alpha_swarm.charts.svg import Svg
from alpha_swarm.reporting import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, and the same as a table."""

    title: str
    drawn: Svg
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def charts(report: Mapping[str, Any]) -> dict[str, Chart]:
    """By the name under which a page shows it."""
    days, spent, quality = report["throughput"]["by_day"], report["cost"]["by_day"], report["quality"]
    return {
        "funnel": _funnel(report["funnel"]),
        "leads_by_day": _leads_by_day(days),
        "credits_by_day": _credits_by_day(spent),
        "tiers": _parts("tiers", "Usable leads by tier", _named(report["tiers"])),
        "outcomes": _parts("outcomes", "What results came to", _named(report["outcomes"])),
        "fill_rates": _fill_rates(report["fill_rates"]),
        "completeness": _completeness(quality["completeness"]),
        "ages": _parts("ages", "Age of the values", _ages(quality["timeliness"])),
        "accuracy": _accuracy(quality["accuracy"]),
    }


def _funnel(funnel: Mapping[str, int]) -> Chart:
    first = funnel["accepted"]
    rows = [
        Bar(label=wording.sentence(words), value=funnel[step], text=_of(funnel[step], first))
        for step, words in wording.STEPS.items()
    ]
    return _bars("funnel", "From the door to the CRMs", ("Step", "Leads"), rows if first else [])


def _of(value: int, whole: int) -> str:
    return f"{value:,}" if value == whole else f"{value:,} · {_PERCENT * value / whole:.1f} %"


def _named(numbers: Mapping[str, int]) -> dict[str, int]:
    return {wording.sentence(wording.named(name)): value for name, value in numbers.items()}


def _ages(found: Mapping[str, Any]) -> dict[str, int]:
    bands = {"fresh": "Under 48 hours", "stale": "Under 90 days", "very_stale": "Older"}
    return {words: found[band] for band, words in bands.items()}


def _parts(key: str, title: str, numbers: Mapping[str, int]) -> Chart:
    rows = [(name, f"{value:,}") for name, value in numbers.items()]
    drawn = parts(key, title, [Part(name, value, f"{value:,}") for name, value in numbers.items()])
    return Chart(title, drawn, ("What", "Leads"), rows)


def _fill_rates(rates: Mapping[str, float]) -> Chart:
    rows = [
        Bar(label=wording.sentence(wording.named(name)), value=rate, text=wording.rate(rate))
        for name, rate in sorted(rates.items(), key=lambda one: -one[1])
    ]
    return _bars("fill-rates", "Usable leads that have the field", ("Field", "Share"), rows, most=1.0)


def _leads_by_day(days: Sequence[Mapping[str, Any]]) -> Chart:
    title, names = "Leads received, and results, by day", ("received", "results")
    series = [Series(name.capitalize(), [one[name] for one in days]) for name in names]
    drawn = lines("leads-by-day", title, [one["day"] for one in days], series)
    rows = [(one["day"], f"{one['received']:,}", f"{one['results']:,}") for one in days]
    return Chart(title, drawn, ("Day", "Received", "Results"), rows)


def _credits_by_day(days: Sequence[Mapping[str, Any]]) -> Chart:
    title = "Credits spent by day"
    series = [Series("Credits spent", [one["credits"] for one in days])]
    drawn = columns("credits-by-day", title, [one["day"] for one in days], series)
    rows = [(one["day"], wording.number(one["credits"])) for one in days]
    return Chart(title, drawn, ("Day", "Credits"), rows)


def _completeness(found: Mapping[str, Any]) -> Chart:
    rows = [
        Bar(label=wording.sentence(wording.named(name)), value=share, text=wording.per_cent(share))
        for name, share in found["by_field"].items()
    ]
    head, mark = ("Field", "Share"), found["threshold"]
    return _bars("completeness", "Required fields", head, rows, most=_PERCENT, mark=mark)


def _accuracy(found: Mapping[str, Any]) -> Chart:
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
    return _bars("accuracy", "Drawn values that are right", ("Field", "Right"), rows, most=_PERCENT)


def _bars(
    key: str,
    title: str,
    head: tuple[str, str],
    rows: Sequence[Bar],
    *,
    most: float | None = None,
    mark: float | None = None,
) -> Chart:
    drawn = bars(key, title, rows, most=most, mark=mark)
    return Chart(title, drawn, head, [(row.label, row.text) for row in rows])
