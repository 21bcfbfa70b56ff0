"""What people are told of the lanes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alpha_swarm.domain.lane_report import LaneFigures, LaneUse, lane_report
from alpha_swarm.domain.lanes import Lane, LaneState, Margins

MARGINS = Margins(limit=50, warn_at=40, stop_at=45, table_rows=50)
NOTHING = LaneUse(by_day={}, days=1)


def figures(lane: Lane, reason: str | None = None) -> LaneFigures:
    """A lane without history."""
    return LaneFigures(
        lane=lane,
        reason=reason,
        since=datetime(2026, 1, 15, tzinfo=UTC),
        token=True,
        accepted=0,
        answered=0,
        last_accepted_at=None,
        last_answered_at=datetime(2026, 1, 16, tzinfo=UTC),
    )


def report(*lanes: Lane, use: LaneUse = NOTHING) -> dict[str, Any]:
    """Of these lanes."""
    return lane_report([figures(lane, "why") for lane in lanes], use, MARGINS)


def test_each_lane_is_shown_with_what_it_can_still_take() -> None:
    (shown,) = report(Lane(name="a", used=41, table_rows=41))["lanes"]
    assert (shown["used"], shown["room"], shown["limit"], shown["nearly_used_up"]) == (41, 4, 50, True)
    assert (shown["last_accepted_at"], shown["last_answered_at"]) == (None, "2026-01-16T00:00:00Z")


def test_whatever_needs_looking_after_has_its_line() -> None:
    """A lane that is in order has none."""
    lanes = (
        Lane(name="near", used=41),
        Lane(name="full", used=45, table_rows=45),
        Lane(name="gone", state=LaneState.RETIRED),
        Lane(name="fine"),
    )
    assert report(*lanes)["notes"] == [
        "lane near is nearly used up: 41 of 50 records used",
        "lane full is exhausted: 45 of 50 records used, 45 rows in its table",
        "lane gone is retired: why",
    ]


def test_the_end_is_told_before_it_comes_and_when_it_is_there() -> None:
    """Fewer than seven days are worth a word."""
    soon = report(Lane(name="a", used=25), use=LaneUse(by_day={"d": 10}, days=1))
    assert (soon["room"], soon["days_left"]) == (20, 2.0)
    assert soon["notes"] == ["the lanes last for 2.0 days at the pace of the last ones: add one in time"]
    assert report(Lane(name="a"), use=LaneUse(by_day={"d": 1}, days=1))["notes"] == []
    assert report(Lane(name="a", state=LaneState.PAUSED))["notes"][-1].startswith("no lane can take records")


def test_a_lane_without_end_ends_the_forecast() -> None:
    endless = report(Lane(name="a", unlimited=True), use=LaneUse(by_day={"d": 10}, days=1))
    assert (endless["room"], endless["days_left"], endless["lanes"][0]["room"]) == (None, None, None)
