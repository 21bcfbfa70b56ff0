"""A whole and its parts: one bar, and a line for each part under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.charts.frame import frame, nothing
from alpha_swarm.charts.svg import Svg, cut, element, joined, share

if TYPE_CHECKING:
    from collections.abc import Sequence

_THICK, _ROW, _FIRST = 14, 24, 36
_COLOURS = 5
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Part:
    """One part."""

    label: str
    value: float
    text: str
    """The value for people."""


def parts(key: str, title: str, rows: Sequence[Part]) -> Svg:
    """The parts beside each other, in their order."""
    whole = sum(row.value for row in rows)
    if not whole:
        return nothing(key, title)
    drawn: list[Svg] = []
    left = 0.0
    for place, row in enumerate(rows):
        drawn.append(_piece(row, left, whole, place))
        drawn.append(_line(row, whole, place))
        left += row.value
    words = (f"{row.label}: {row.text} ({100 * row.value / whole:.1f} %)" for row in rows)
    return frame(key, title, words, _FIRST + _ROW * len(rows) - 12, *drawn)


def _piece(row: Part, left: float, whole: float, place: int) -> Svg:
    hint = element("title", f"{row.label}: {row.text}")
    return element(
        "rect",
        hint,
        x=share(left, whole),
        y=0,
        width=share(row.value, whole),
        height=_THICK,
        class_=f"chart-{place % _COLOURS + 1} chart-piece",
    )


def _line(row: Part, whole: float, place: int) -> Svg:
    line = _FIRST + _ROW * place
    text = f"{row.text} · {100 * row.value / whole:.1f} %"
    return joined(
        element("rect", x="0", y=line - 9, width=10, height=10, rx=3, class_=f"chart-{place % _COLOURS + 1}"),
        element("text", cut(row.label, _LONGEST), x=18, y=line, class_="chart-label"),
        element("text", text, x="100%", y=line, class_="chart-value", text_anchor="end"),
    )
