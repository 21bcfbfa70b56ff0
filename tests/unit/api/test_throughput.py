"""Sums over the hours of the ledger never fall, and hours that are over are not asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.api.throughput import Throughput

if TYPE_CHECKING:
    from collections.abc import Sequence


class Hours:
    """As the ledger has them."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, str], dict[str, Any]] = {}
        self.asked: list[float] = []

    def __call__(self, since: float) -> Sequence[dict[str, Any]]:
        self.asked.append(since)
        return [row for (hour, _), row in self.rows.items() if hour >= since // 3600]

    def run(self, hour: int, workflow: str, bucket: str, success: int, failed: int = 0) -> None:
        """One more batch."""
        names = ("executions", "failures", "success", "failed", "milliseconds_sum")
        blank = {"hour": hour, "workflow": workflow, "histogram": {"0.5": 0, "10": 0, "+Inf": 0}}
        row = self.rows.setdefault((hour, workflow), blank | dict.fromkeys(names, 0))
        row["executions"] += 1
        row["failures"] += int(not success)
        row["success"] += success
        row["failed"] += failed
        row["milliseconds_sum"] += 400
        row["histogram"][bucket] += 1


def test_hours_add_up_by_workflow() -> None:
    hours = Hours()
    hours.run(100, "ingest", "0.5", 50)
    hours.run(101, "ingest", "+Inf", 0, failed=7)
    hours.run(101, "enrich", "10", 25)
    totals = Throughput(hours)()
    assert totals["ingest"].sums == {
        "executions": 2,
        "failures": 1,
        "success": 50,
        "failed": 7,
        "milliseconds_sum": 800,
    }
    assert totals["enrich"].sums["success"] == 25


def test_a_bucket_counts_all_that_took_as_long_or_less() -> None:
    """In the order of their bounds, the rest at the end."""
    hours = Hours()
    for bucket in ("+Inf", "10", "0.5", "10"):
        hours.run(100, "ingest", bucket, 1)
    assert list(Throughput(hours)()["ingest"].cumulative) == [("0.5", 1), ("10", 3), ("+Inf", 4)]


def test_what_is_written_between_two_looks_is_counted_once() -> None:
    """In this hour and late into the one before; older ones are not asked for again."""
    hours = Hours()
    throughput = Throughput(hours)
    for hour in range(100, 105):
        hours.run(hour, "ingest", "0.5", 1)
        hours.run(hour - 1, "ingest", "0.5", 1)
        assert throughput()["ingest"].sums["success"] == 2 * (hour - 99)
    assert hours.asked == [0.0, *(hour * 3600.0 for hour in range(99, 103))]


def test_a_look_changes_no_other() -> None:
    """Whoever looks twice sees the same."""
    hours = Hours()
    throughput = Throughput(hours)
    hours.run(100, "ingest", "0.5", 3)
    hours.run(103, "ingest", "0.5", 4)
    assert [throughput()["ingest"].sums["success"] for _ in range(3)] == [7, 7, 7]


def test_nothing_has_run_yet() -> None:
    """Neither has where the ledger keeps no sums."""
    assert Throughput(Hours())() == {}
