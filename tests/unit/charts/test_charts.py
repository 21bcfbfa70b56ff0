"""What is drawn fits its scale, is said in words too, and takes no markup from names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from defusedxml.ElementTree import fromstring

from alpha_swarm.charts.bars import Bar, bars
from alpha_swarm.charts.columns import columns
from alpha_swarm.charts.lines import lines
from alpha_swarm.charts.parts import Part, parts
from alpha_swarm.charts.plot import HEIGHT, TOP, Series
from alpha_swarm.charts.scale import ceiling, short

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from alpha_swarm.charts.svg import Svg

HOSTILE = """<script>alert(1)</script>"'&]]>\u202e"""
DAYS = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]


def every_kind(name: str, values: list[float]) -> list[Svg]:
    """One chart of each kind, of the same values under the same name."""
    return [
        bars("bars", name, [Bar(label=name, value=value, text=f"{value:g}") for value in values]),
        parts("parts", name, [Part(name, value, f"{value:g}") for value in values]),
        columns("columns", name, DAYS[: len(values)], [Series(name, values)]),
        lines("lines", name, DAYS[: len(values)], [Series(name, values)]),
    ]


def read(chart: Svg) -> Element:
    """As a browser does; it has to be well-formed."""
    found: Element = fromstring(str(chart))
    return found


def drawn(chart: Svg, kind: str) -> list[dict[str, str]]:
    """The attributes of what has this class."""
    return [one.attrib for one in read(chart).iter() if kind in one.get("class", "").split()]


@pytest.mark.parametrize("place", range(4))
def test_names_are_text_whatever_they_hold(place: int) -> None:
    chart = every_kind(HOSTILE, [1.0, 2.0, 3.0, 4.0])[place]
    assert "<script" not in chart
    assert {one.tag for one in read(chart).iter()} <= {
        *("svg", "title", "desc", "text", "rect", "line", "polyline")
    }


@pytest.mark.parametrize("place", range(4))
def test_what_is_drawn_is_said(place: int) -> None:
    """By a title and a description to which the picture points."""
    chart = every_kind("Leads", [1.0, 2.0, 3.0, 40.0])[place]
    root = read(chart)
    key = root.get("id")
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", f"{key}-title {key}-desc")
    said = {one.get("id"): one.text for one in root}
    assert said[f"{key}-title"] == "Leads"
    assert "40" in (said[f"{key}-desc"] or "")


@pytest.mark.parametrize("values", [[], [0.0, 0.0, 0.0, 0.0]])
def test_nothing_is_no_broken_chart(values: list[float]) -> None:
    for chart in every_kind("Leads", values):
        assert "NaN" not in chart
        assert "inf" not in chart
        read(chart)
    assert "There is nothing to show yet." in parts("p", "Leads", [])


def test_bars_are_as_long_as_their_values() -> None:
    rows = [Bar(label=str(value), value=value, text=str(value)) for value in (50.0, 25.0, 0.0)]
    widths = [one["width"] for one in drawn(bars("b", "Bars", rows), "chart-1")]
    assert widths == ["100%", "50%", "0%"]
    assert drawn(bars("b", "Bars", rows, most=100.0), "chart-1")[0]["width"] == "50%"


def test_an_interval_and_a_mark_stand_where_they_belong() -> None:
    row = Bar(label="Accuracy", value=80.0, text="80 %", low=71.0, high=87.0)
    chart = bars("b", "Bars", [row], most=100.0, mark=90.0)
    assert [(one["x"], one["width"]) for one in drawn(chart, "chart-interval")] == [("71%", "16%")]
    assert [one["x1"] for one in drawn(chart, "chart-mark")] == ["90%"]


def test_parts_fill_the_whole() -> None:
    pieces = drawn(parts("p", "Tiers", [Part("1", 1, "1"), Part("2", 3, "3")]), "chart-piece")
    assert [(one["x"], one["width"]) for one in pieces] == [("0%", "25%"), ("25%", "75%")]


def test_columns_stand_upon_each_other() -> None:
    """The upper one ends where the lower one begins, and both stay within the plot."""
    series = [Series("done", [6.0, 0.0, 0.0, 0.0]), Series("failed", [4.0, 0.0, 0.0, 0.0])]
    chart = columns("c", "Days", DAYS, series)
    (lower,) = [one for one in drawn(chart, "chart-1") if "rx" not in one]
    (upper,) = [one for one in drawn(chart, "chart-2") if "rx" not in one]
    assert float(upper["y"]) + float(upper["height"]) == float(lower["y"])
    assert float(upper["y"]) == TOP
    assert float(lower["y"]) + float(lower["height"]) == TOP + HEIGHT


def test_a_line_runs_from_edge_to_edge() -> None:
    (line,) = drawn(lines("l", "Days", DAYS, [Series("leads", [0.0, 5.0, 10.0, 10.0])]), "chart-path")
    assert line["points"] == "0.00,100.00 33.33,50.00 66.67,0.00 100.00,0.00"
    (single,) = drawn(lines("l", "Days", DAYS[:1], [Series("leads", [10.0])]), "chart-path")
    assert single["points"] == "0.00,0.00 100.00,0.00"


@pytest.mark.parametrize(
    ("most", "round_"),
    [(0.0, 1.0), (0.3, 0.3), (1.0, 1.0), (7.0, 8.0), (11.0, 12.0), (2_300.0, 2_500.0), (999.0, 1_000.0)],
)
def test_the_edge_of_a_scale_is_a_round_number_that_holds_all(most: float, round_: float) -> None:
    assert ceiling(most) == pytest.approx(round_)


def test_edges_are_short() -> None:
    assert [short(value) for value in (0.5, 20.0, 2_500.0, 3_000_000.0)] == ["0.5", "20", "2.5k", "3M"]


def test_long_names_are_cut_where_they_are_drawn_and_whole_where_they_are_said() -> None:
    name = "a source with a very long name " * 4
    chart = bars("b", "Bars", [Bar(label=name, value=1.0, text="1")])
    assert max(len(one.text or "") for one in read(chart).iter() if one.tag == "text") <= 34
    assert name in chart
