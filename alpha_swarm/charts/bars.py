"""Bars that lie one under the other, each with its name and its figure above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.charts.frame import frame, nothing
from alpha_swarm.charts.svg import Svg, cut, element, joined, share

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW, _TOP, _THICK = 38, 19, 8
_LONGEST = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar."""

    label: str
    value: float
    """At least 0."""
    text: str
    """The value for people."""
    low: float | None = None
    """With ``high``: the interval in which the value may lie."""
    high: float | None = None


def bars(
    key: str, title: str, rows: Sequence[Bar], *, most: float | None = None, mark: float | None = None
) -> Svg:
    """One bar a row.

    Args:
        key: the chart's id, one on a page.
        title: what it shows.
        rows: from top to bottom.
        most: the value of a full bar; the greatest value, where it is not given.
        mark: a value to be reached, as a line across.
    """
    if not rows:
        return nothing(key, title)
    whole = most or max(row.value for row in rows) or 1.0
    parts = [_row(row, place * _ROW, whole, mark) for place, row in enumerate(rows)]
    return frame(key, title, (f"{row.label}: {row.text}" for row in rows), len(rows) * _ROW, *parts)


def _row(row: Bar, top: float, whole: float, mark: float | None) -> Svg:
    line = top + _TOP
    parts = [
        element("text", cut(row.label, _LONGEST), x="0", y=top + 13, class_="chart-label"),
        element("text", row.text, x="100%", y=top + 13, class_="chart-value", text_anchor="end"),
        _rect("chart-track", 0.0, 1.0, line, _THICK),
        _rect("chart-1", 0.0, min(row.value / whole, 1.0), line, _THICK),
    ]
    if row.low is not None and row.high is not None:
        parts.append(_rect("chart-interval", row.low / whole, (row.high - row.low) / whole, line + 3, 2))
    if mark is not None:
        at = share(mark, whole)
        parts.append(element("line", x1=at, x2=at, y1=line - 3, y2=line + _THICK + 3, class_="chart-mark"))
    return joined(*parts)


def _rect(kind: str, left: float, width: float, top: float, height: float) -> Svg:
    return element(
        "rect", x=share(left), y=top, width=share(width), height=height, rx=height / 2, class_=kind
    )
