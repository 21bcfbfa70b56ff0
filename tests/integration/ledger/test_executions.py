"""Executions are written with the commit of their batch, and summed up by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.health.executions import BUCKETS, Execution, Tally, Trigger
from alpha_swarm.ledger.execution_book import ExecutionBook
from alpha_swarm.ledger.schema.executions import execution_hours, progress
from alpha_swarm.proof.time_travel import let_time_pass

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger

_WEEK = 7 * 86_400.0


def ran(ledger: SqlLedger, workflow: str, tally: Tally, seconds: float = 0.2) -> None:
    """A batch that came to this."""
    with ledger.begin() as tx:
        tx.executions.add(Execution(workflow=workflow, trigger=Trigger.HINT, seconds=seconds, tally=tally))


def hours(ledger: SqlLedger, workflow: str) -> dict[str, Any]:
    """The sums over all hours: an hour may end during a test."""
    found = [one for one in ExecutionBook(ledger).hours(0.0) if one["workflow"] == workflow]
    names = ("executions", "failures", "processed", "success", "failed", "missed", "milliseconds_sum")
    return {name: sum(one[name] for one in found) for name in names} | {
        "milliseconds_max": max(one["milliseconds_max"] for one in found),
        "histogram": {bound: sum(one["histogram"][bound] for one in found) for bound in BUCKETS},
    }


def test_an_execution_is_one_row_with_its_errors(ledger: SqlLedger) -> None:
    ran(ledger, "enrich", Tally(success=3, failed={"lead-1": "gone"}, missed=1), seconds=0.25)
    (row,) = ExecutionBook(ledger).recent()
    assert row.pop("id")
    with ledger.read() as tx:
        assert 0.25 <= tx.session.now - row.pop("started_at") < 5.0
    assert row == {
        "workflow": "enrich",
        "milliseconds": 250,
        "status": "partial",
        "processed": 4,
        "success": 3,
        "failed": 1,
        "missed": 1,
        "errors": [{"record": "lead-1", "error": "gone"}],
        "trigger": "hint",
    }


def test_hours_sum_up_what_their_executions_came_to(ledger: SqlLedger) -> None:
    ran(ledger, "enrich", Tally(success=3), seconds=0.2)
    ran(ledger, "enrich", Tally(failed={"a": "gone", "b": "gone"}, missed=2), seconds=31.0)
    ran(ledger, "collect", Tally(success=9), seconds=500.0)
    found = hours(ledger, "enrich")
    assert {bound: number for bound, number in found.pop("histogram").items() if number} == {
        "0.25": 1,
        "60": 1,
    }
    assert found == {
        "executions": 2,
        "failures": 1,
        "processed": 5,
        "success": 3,
        "failed": 2,
        "missed": 2,
        "milliseconds_sum": 31_200,
        "milliseconds_max": 31_000,
    }
    assert hours(ledger, "collect")["histogram"]["+Inf"] == 1


def test_a_commit_that_does_not_come_about_leaves_no_execution(ledger: SqlLedger) -> None:
    def fail() -> None:
        with ledger.begin() as tx:
            tx.executions.add(
                Execution(workflow="enrich", trigger=Trigger.HINT, seconds=1.0, tally=Tally(success=1))
            )
            tx.finish()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert ExecutionBook(ledger).recent() == []


def test_a_batch_that_came_to_nothing_is_progress_alone(ledger: SqlLedger) -> None:
    """All of it waits for a limit."""
    ran(ledger, "sync-ghl", Tally())
    with ledger.begin() as tx:
        tx.executions.progressed("sync-ghl")
    assert ExecutionBook(ledger).recent() == []
    with ledger.read() as tx:
        assert [row.workflow for row in tx.session.rows(select(progress))] == ["sync-ghl"]


def test_the_newest_come_first_and_of_one_workflow_if_asked(ledger: SqlLedger) -> None:
    for workflow in ("ingest", "enrich", "ingest"):
        ran(ledger, workflow, Tally(success=1))
        let_time_pass(ledger.engine, 10.0)
    book = ExecutionBook(ledger)
    assert [one["workflow"] for one in book.recent()] == ["ingest", "enrich", "ingest"]
    assert [one["workflow"] for one in book.recent(limit=2)] == ["ingest", "enrich"]
    assert len(book.recent("ingest")) == 2


def test_after_eight_days_only_the_sums_remain(ledger: SqlLedger) -> None:
    ran(ledger, "ingest", Tally(success=1))
    let_time_pass(ledger.engine, _WEEK)
    with ledger.begin() as tx:
        tx.tidy()
    assert len(ExecutionBook(ledger).recent()) == 1
    let_time_pass(ledger.engine, 1.5 * 86_400.0)
    with ledger.begin() as tx:
        tx.tidy()
    assert ExecutionBook(ledger).recent() == []
    assert hours(ledger, "ingest")["success"] == 1


def test_hours_before_are_left_out(ledger: SqlLedger) -> None:
    ran(ledger, "ingest", Tally(success=1))
    with ledger.begin() as tx:
        tx.session.run(execution_hours.update().values(hour=execution_hours.c.hour - 3))
        now = tx.session.now
    assert ExecutionBook(ledger).hours(now - 2 * 3600) == []
    assert len(ExecutionBook(ledger).hours(now - 4 * 3600)) == 1
