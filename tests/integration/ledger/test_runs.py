"""Runs that nobody knows, and leads by the beginning of their row ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import add, arrival, config

if TYPE_CHECKING:
    from collections.abc import Sequence


def take(ledger: SqlLedger, limit: int = 10) -> Sequence[str]:
    """Those whose time has come."""
    with ledger.begin() as tx:
        return tx.runs.take(limit, 60.0)


def test_a_run_is_taken_by_one_at_a_time_and_again_later(database_url: str) -> None:
    ledger = SqlLedger(config(database_url))
    with ledger.begin() as tx:
        for run_id in ("a", "b", "a"):
            tx.runs.keep(run_id)
    assert len(take(ledger, 1)) == 1
    assert len(take(ledger)) == 1
    assert take(ledger) == []
    let_time_pass(ledger.engine, 61.0)
    assert sorted(take(ledger)) == ["a", "b"]
    with ledger.begin() as tx:
        tx.runs.close("a")
    let_time_pass(ledger.engine, 61.0)
    assert take(ledger) == []
    let_time_pass(ledger.engine, 31.0)
    assert take(ledger) == ["b"]
    let_time_pass(ledger.engine, 3 * 86400.0)
    with ledger.begin() as tx:
        tx.tidy()
    assert take(ledger) == []
    ledger.close()


def test_leads_are_found_by_the_beginning_of_their_row_ids(database_url: str) -> None:
    """To the letter: no pattern, no other case, no other run that begins alike."""
    ledger = SqlLedger(config(database_url))
    rows = ["run_a/1.1", "run_a/2.1", "run_ab/3.1", "runXa/4.1", "RUN_A/5.1", "batch:run_a/6.1", "run_a"]
    leads = add(ledger, [arrival(f"p{number}") for number in range(len(rows) + 1)])
    with ledger.begin() as tx:
        tx.leads.submitted(dict(zip(leads, rows, strict=False)))
        assert tx.leads.by_row_prefix("run_a/") == sorted(leads[:2])
        assert tx.leads.by_row_prefix("batch:run_a/") == [leads[5]]
        assert tx.leads.by_row_prefix("run_c/") == []
    ledger.close()


_PLANS = {
    "sqlite": "EXPLAIN QUERY PLAN SELECT id FROM leads WHERE row_id >= 'run_a/' AND row_id < 'run_a0'",
    "postgresql": "EXPLAIN SELECT id FROM leads WHERE row_id ~>=~ 'run_a/' AND row_id ~<~ 'run_a0'",
}


def test_the_beginning_is_looked_up_in_an_index(database_url: str) -> None:
    """A ping must not read every lead."""
    ledger = SqlLedger(config(database_url))
    kind = ledger.engine.dialect.name
    with ledger.engine.begin() as connection:
        if kind == "postgresql":
            # An empty table is read faster than its index.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(str(row) for row in connection.execute(text(_PLANS[kind])))
    assert "ix_leads_row_id" in plan
    assert "Filter" not in plan
    ledger.close()
