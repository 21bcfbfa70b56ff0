"""Lines over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.charts.frame import frame, nothing
from alpha_swarm.charts.plot import HEIGHT, TOP, WHOLE, Series, colour, ground, said
from alpha_swarm.charts.scale import ceiling
from alpha_swarm.charts.svg import Svg, element

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A plot of its own, which is stretched to its place; lines keep their thickness in it.
_SIDE = 100.0


def lines(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> Svg:
    """One line a series, each with a value (at least 0) a label."""
    greatest = max((value for one in series for value in one.values), default=0)
    if not greatest:
        return nothing(key, title)
    most = ceiling(greatest)
    drawn = [_line(one, number, most) for number, one in enumerate(series)]
    plot = element(
        "svg",
        *drawn,
        y=TOP,
        width="100%",
        height=HEIGHT,
        view_box=f"0 0 {_SIDE:g} {_SIDE:g}",
        preserveAspectRatio="none",
        class_="chart-plot",
    )
    return frame(key, title, said(labels, series), WHOLE, plot, ground(labels, series, most))


def _line(one: Series, number: int, most: float) -> Svg:
    steps = max(1, len(one.values) - 1)
    # A single value is a level line.
    values = one.values if len(one.values) > 1 else [*one.values, *one.values]
    points = " ".join(
        f"{_SIDE * place / steps:.2f},{_SIDE * (1 - value / most):.2f}" for place, value in enumerate(values)
    )
    return element(
        "polyline", points=points, class_=f"{colour(number)} chart-path", vector_effect="non-scaling-stroke"
    )
