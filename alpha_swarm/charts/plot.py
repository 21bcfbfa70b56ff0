"""The ground of charts over time: lines across, and the names of the first, the middle and the last place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.charts.scale import short
from alpha_swarm.charts.svg import Svg, element, joined, share

if TYPE_CHECKING:
    from collections.abc import Iterator

#: From top to bottom: the names of the series, the plot, the names of the places.
TOP, HEIGHT, BOTTOM = 34.0, 140.0, 24.0
WHOLE = TOP + HEIGHT + BOTTOM
_COLOURS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """A row of values, one a place."""

    name: str
    values: Sequence[float]


def colour(place: int) -> str:
    """The class of the series at this place."""
    return f"chart-{place % _COLOURS + 1}"


def ground(labels: Sequence[str], series: Sequence[Series], most: float) -> Svg:
    """Everything but the values."""
    return joined(*_lines(most), *_legend(series), *_places(labels))


def said(labels: Sequence[str], series: Sequence[Series]) -> Iterator[str]:
    """The values in words."""
    for place, label in enumerate(labels):
        yield f"{label}: " + ", ".join(f"{one.name} {one.values[place]:,.10g}" for one in series)


def _lines(most: float) -> Iterator[Svg]:
    for part in (0.0, 0.5, 1.0):
        line = TOP + HEIGHT * (1 - part)
        yield element("line", x1="0", x2="100%", y1=line, y2=line, class_="chart-line")
        if part:
            yield element("text", short(most * part), x="0", y=line - 4, class_="chart-quiet chart-halo")


def _legend(series: Sequence[Series]) -> Iterator[Svg]:
    for place, one in enumerate(series):
        at = share(place, len(series))
        inner = joined(
            element("rect", x="0", y=2, width=10, height=10, rx=3, class_=colour(place)),
            element("text", one.name, x=16, y=11, class_="chart-label"),
        )
        yield element("svg", inner, x=at, y="0", width=share(1, len(series)), height=16)


def _places(labels: Sequence[str]) -> Iterator[Svg]:
    line = TOP + HEIGHT + 17
    shown = {0: ("0", "start"), len(labels) // 2: ("50%", "middle"), len(labels) - 1: ("100%", "end")}
    for place, (at, anchor) in shown.items():
        yield element("text", labels[place], x=at, y=line, text_anchor=anchor, class_="chart-quiet")
