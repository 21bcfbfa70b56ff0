"""Which lane takes how many records, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.lanes import Lane, LaneState, Margins, allot, crossings, days_left, rooms, why_none

MARGINS = Margins(limit=50, warn_at=40, stop_at=45, table_rows=50)

LANES = st.lists(
    st.builds(
        Lane,
        name=st.text("abcdef", min_size=1, max_size=3),
        table=st.none() | st.sampled_from(["t", "u"]),
        state=st.sampled_from([state for state in LaneState if state is not LaneState.EXHAUSTED]),
        unlimited=st.booleans(),
        used=st.integers(0, 60),
        table_rows=st.integers(0, 60),
    ),
    max_size=5,
    unique_by=lambda lane: lane.name,
)


def test_one_lane_is_filled_before_the_next() -> None:
    """What does not fit goes on by itself."""
    lanes = [Lane(name="a", used=42), Lane(name="b")]
    assert allot(lanes, MARGINS, 10) == {"a": 3, "b": 7}


def test_without_room_nothing_is_allotted() -> None:
    """Neither to a lane at its margin nor to one that is set aside."""
    lanes = [Lane(name="a", used=45), Lane(name="b", state=LaneState.PAUSED)]
    assert allot(lanes, MARGINS, 1) == {}


def test_lanes_of_one_table_share_its_rows() -> None:
    """The second lane gets what the table still takes."""
    lanes = [Lane(name="a", table="t", used=5, table_rows=45), Lane(name="b", table="t")]
    assert allot(lanes, MARGINS, 10) == {"a": 5}
    assert allot([*lanes, Lane(name="c")], MARGINS, 10) == {"a": 5, "c": 5}


def test_an_unlimited_lane_has_no_end() -> None:
    """Its table deletes its rows by itself."""
    assert allot([Lane(name="a", used=10**6, table_rows=10**6, unlimited=True)], MARGINS, 10) == {"a": 10}


def filled(lane: Lane, number: int) -> Lane:
    """The lane with so many records more."""
    return replace(lane, used=lane.used + number, table_rows=lane.table_rows + number)


@given(LANES, st.integers(0, 300))
def test_no_margin_is_ever_passed(lanes: list[Lane], records: int) -> None:
    """Whatever stands already, and however many come."""
    allotted = allot(lanes, MARGINS, records)
    after = [filled(lane, allotted.get(lane.name, 0)) for lane in lanes]
    assert sum(allotted.values()) <= records
    for before, lane in zip(lanes, after, strict=True):
        if lane.name in allotted and not lane.unlimited:
            assert lane.used <= MARGINS.stop_at
            beside = [one for one in after if one.table == lane.table and not one.unlimited]
            together = sum(one.table_rows for one in beside) if lane.table else lane.table_rows
            assert together <= MARGINS.table_rows
        assert before.state is LaneState.ACTIVE or lane.name not in allotted
    left_over = records - sum(allotted.values())
    assert not left_over or not allot(after, MARGINS, left_over)


def test_each_margin_is_told_once() -> None:
    """By the reservation that reaches it, and the end of all lanes by the one that takes the last record."""
    spare = Lane(name="b")
    assert list(crossings([Lane(name="a", used=39), spare], {"a": 5}, MARGINS)) == []
    near = crossings([Lane(name="a", used=40), spare], {"a": 1}, MARGINS)
    assert [(name, event) for name, event, _ in near] == [("a", "lane_nearly_used_up")]
    full = crossings([Lane(name="a", used=45), spare], {"a": 5}, MARGINS)
    assert [event for _, event, _ in full] == ["lane_used_up"]
    last = crossings([Lane(name="a", used=45)], {"a": 5}, MARGINS)
    assert [event for _, event, _ in last] == ["lane_used_up", "no_lane_left"]


def test_those_who_wait_are_told_why_and_what_to_do() -> None:
    """How many lanes there are in which state, in one line."""
    lanes = [Lane(name="a", used=45), Lane(name="b", state=LaneState.SUSPECT)]
    assert why_none(lanes, MARGINS).startswith("no lane can take records (1 exhausted, 1 suspect): ")
    assert "none is known" in why_none([], MARGINS)


@pytest.mark.parametrize(
    ("by_day", "days", "left"),
    [({}, 1, None), ({"d": 100}, 1, 10.0), ({"d": 100}, 4, 40.0), ({"d": 350, "e": 350}, 30, 10.0)],
)
def test_the_forecast_takes_the_mean_of_the_days_there_were(
    by_day: dict[str, int], days: int, left: float | None
) -> None:
    """At most seven, so that a first day counts for itself."""
    assert days_left(1000, by_day, days) == left


def test_room_is_what_is_left_before_the_margin() -> None:
    lanes = [Lane(name="a", used=42), Lane(name="b", state=LaneState.RETIRED)]
    assert rooms(lanes, MARGINS) == {"a": 3, "b": 0}
