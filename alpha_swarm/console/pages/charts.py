"""How leads fare from day to day, what they bring and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from alpha_swarm.charts.bars import Bar, bars
from alpha_swarm.charts.columns import columns
from alpha_swarm.charts.lines import lines
from alpha_swarm.charts.parts import Part, parts
from alpha_swarm.charts.plot import Series
from alpha_swarm.charts.style import STYLE
from alpha_swarm.charts.svg import Svg
from alpha_swarm.console import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, and the same as a table."""

    title: str
    drawn: Svg
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def show(desk: Desk, visit: Visit) -> Response:
    """The charts; each says in words what it shows."""
    told = desk.report()
    if told is None:
        return desk.pages.show("counting", visit.session, title="Charts")
    return desk.pages.show(
        "charts", visit.session, report=told.answer, charts=_drawn(told.answer), age=told.age
    )


async def style(_request: Request) -> Response:
    """Their colours."""
    return Response(STYLE, media_type="text/css")


def _drawn(report: Mapping[str, Any]) -> list[Chart]:
    return [
        _leads(report["throughput"]["by_day"]),
        _credits(report["cost"]["by_day"]),
        _parts("tiers", "Usable leads by tier", report["tiers"]),
        _parts("outcomes", "What results came to", report["outcomes"]),
        _rates(report["fill_rates"]),
    ]


def _leads(days: Sequence[Mapping[str, Any]]) -> Chart:
    title, labels = "Leads by day", [one["day"] for one in days]
    series = [Series(words.plain(name), [one[name] for one in days]) for name in ("received", "results")]
    rows = [(one["day"], words.number(one["received"]), words.number(one["results"])) for one in days]
    return Chart(title, lines("leads-by-day", title, labels, series), ("Day", "Received", "Results"), rows)


def _credits(days: Sequence[Mapping[str, Any]]) -> Chart:
    title, labels = "Credits by day", [one["day"] for one in days]
    series = [Series("Credits spent", [one["credits"] for one in days])]
    rows = [(one["day"], words.amount(one["credits"])) for one in days]
    return Chart(title, columns("credits-by-day", title, labels, series), ("Day", "Credits"), rows)


def _parts(key: str, title: str, numbers: Mapping[str, int]) -> Chart:
    rows = [(words.plain(name), words.number(value)) for name, value in numbers.items()]
    shown = [Part(words.plain(name), value, words.number(value)) for name, value in numbers.items()]
    return Chart(title, parts(key, title, shown), ("What", "Leads"), rows)


def _rates(rates: Mapping[str, float]) -> Chart:
    title, falling = "Usable leads that have the field", sorted(rates.items(), key=lambda one: -one[1])
    shown = [Bar(label=words.plain(name), value=rate, text=words.share(rate)) for name, rate in falling]
    rows = [(words.plain(name), words.share(rate)) for name, rate in falling]
    return Chart(title, bars("fill-rates", title, shown, most=1.0), ("Field", "Share"), rows)
