"""Columns over time; several series stand upon each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.charts.frame import frame, nothing
from alpha_swarm.charts.plot import HEIGHT, TOP, WHOLE, Series, colour, ground, said
from alpha_swarm.charts.scale import ceiling
from alpha_swarm.charts.svg import Svg, element, joined, share

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 0.72


def columns(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> Svg:
    """One column a label; ``series`` from the bottom up, each with a value (at least 0) a label."""
    sums = [sum(one.values[place] for one in series) for place in range(len(labels))]
    if not any(sums):
        return nothing(key, title)
    most = ceiling(max(sums))
    stacks = [_stack(labels, series, place, most) for place, total in enumerate(sums) if total]
    return frame(key, title, said(labels, series), WHOLE, *stacks, ground(labels, series, most))


def _stack(labels: Sequence[str], series: Sequence[Series], place: int, most: float) -> Svg:
    drawn: list[Svg] = []
    bottom = TOP + HEIGHT
    for number, one in enumerate(series):
        height = HEIGHT * one.values[place] / most
        bottom -= height
        hint = element("title", f"{labels[place]}: {one.name} {one.values[place]:,.10g}")
        drawn.append(
            element(
                "rect",
                hint,
                x=share(place + (1 - _WIDTH) / 2, len(labels)),
                y=bottom,
                width=share(_WIDTH, len(labels)),
                height=height,
                class_=colour(number),
            )
        )
    return joined(*drawn)
