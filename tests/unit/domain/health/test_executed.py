"""Executions in figures, from sums by the hour."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm.domain.health.executed import executed, quantile

NOW = 500_000
BOUNDS = ("0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120", "+Inf")


def hour(ago: int, workflow: str = "enrich", **more: Any) -> dict[str, Any]:
    """Ten executions of a hundred records each, of which one failed as a whole."""
    usual = {
        "executions": 10,
        "failures": 1,
        "processed": 1000,
        "success": 900,
        "failed": 100,
        "milliseconds_sum": 8000,
        "milliseconds_max": 3000,
        "histogram": {**dict.fromkeys(BOUNDS, 0), "1": 9, "5": 1},
    }
    return {"hour": NOW - ago, "workflow": workflow, **usual, **more}


def test_nothing_recorded_is_no_success_of_nothing() -> None:
    assert executed([], [], NOW, 30) is None
    assert executed([hour(24 * 31)], [], NOW, 30) is None


def test_rates_and_times_are_those_of_the_period() -> None:
    old = hour(24 * 10, failures=10, milliseconds_max=100_000)
    found = executed([old, hour(1), hour(0)], [], NOW, 7)
    assert found is not None
    assert (found["executions"], found["failures"], found["success_rate"]) == (20, 2, 0.9)
    assert (found["records"], found["records_failed"]) == (2000, 200)
    assert (found["average_seconds"], found["longest_seconds"]) == (0.8, 3.0)


def test_workflows_are_told_apart() -> None:
    found = executed([hour(0), hour(0, "sync-ghl", failures=0)], [], NOW, 7)
    assert found is not None
    rates = {one["workflow"]: one["success_rate"] for one in found["by_workflow"]}
    assert rates == {"enrich": 0.9, "sync-ghl": 1.0}


def test_volume_is_of_a_day_a_week_and_a_month_whatever_the_period() -> None:
    hours = [hour(0), hour(24), hour(24 * 6), hour(24 * 29), hour(24 * 40)]
    found = executed(hours, [], NOW, 1)
    assert found is not None
    assert found["volume"] == {"day": 1000, "week": 3000, "month": 4000}


def test_errors_are_counted_by_kind_for_each_thousand_executions() -> None:
    late: list[dict[str, Any]] = [
        {"errors": [{"record": "a", "error": "no_answer"}, {"record": "b", "error": "gone"}]}
    ]
    latest: list[dict[str, Any]] = [
        *late,
        {"errors": [{"record": "c", "error": "no_answer"}]},
        {"errors": []},
        {"errors": []},
    ]
    found = executed([hour(0)], latest, NOW, 7)
    assert found is not None
    assert found["errors_per_1000"] == {"no_answer": 500.0, "gone": 250.0}


@pytest.mark.parametrize(
    ("counts", "part", "expected"),
    [
        ({"1": 10}, 0.5, 0.75),
        ({"1": 10}, 1.0, 1.0),
        ({"0.05": 50, "1": 45, "2.5": 5}, 0.95, 1.0),
        ({"0.05": 10}, 0.5, 0.025),
        ({"+Inf": 4}, 0.5, 150.0),
    ],
)
def test_a_quantile_lies_within_its_bucket(counts: dict[str, int], part: float, expected: float) -> None:
    """Evenly spread between its bounds; the last bucket ends with the longest execution."""
    histogram = dict.fromkeys(BOUNDS, 0) | counts
    longest = 180.0 if "+Inf" in counts else max(map(float, counts))
    assert quantile(histogram, part, longest) == pytest.approx(expected)
