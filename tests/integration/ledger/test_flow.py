"""How each step gets on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.health.executions import Execution, Tally, Trigger
from alpha_swarm.domain.states import State, Step
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import claimed, owe, people

if TYPE_CHECKING:
    from alpha_swarm.domain.health.flow import StepFlow
    from alpha_swarm.ledger.ledger import SqlLedger


def flow(ledger: SqlLedger, step: Step = Step.INGEST) -> StepFlow:
    """Of one step."""
    with ledger.read() as tx:
        (found,) = tx.flow.steps([step])
    return found


def ran(ledger: SqlLedger, workflow: str, tally: Tally) -> None:
    """A batch that came to this."""
    with ledger.begin() as tx:
        tx.executions.add(Execution(workflow=workflow, trigger=Trigger.HINT, seconds=1.0, tally=tally))


def test_nothing_waits_in_an_empty_ledger(ledger: SqlLedger) -> None:
    found = flow(ledger)
    assert (found.waiting, found.due, found.held, found.in_hand) == (0, 0, 0, 0)
    assert (found.progress.oldest_seconds, found.progress.idle_seconds) == (0.0, None)
    assert (found.progress.last_success_at, found.per_minute, found.missed) == (None, 0.0, 0)


def test_who_waits_is_due_or_not_or_in_hand(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 7)
    owe(ledger, lead_ids[:3], Step.SYNC_GHL, delay=100.0)
    owe(ledger, lead_ids[3:], Step.SYNC_GHL)
    claimed(ledger, lead_ids[3:5], Step.SYNC_GHL)
    found = flow(ledger, Step.SYNC_GHL)
    assert (found.waiting, found.due, found.in_hand) == (5, 2, 2)
    assert flow(ledger).waiting == 7


def test_what_a_dead_worker_had_in_hand_waits_again(ledger: SqlLedger) -> None:
    claimed(ledger, people(ledger, 2))
    let_time_pass(ledger.engine, 61.0)
    assert (flow(ledger).waiting, flow(ledger).in_hand) == (2, 0)


def test_held_leads_are_counted_where_they_wait(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 4)
    with ledger.begin() as tx:
        tx.leads.move(dict.fromkeys(lead_ids[:3], State.HELD))
    assert flow(ledger).held == 3
    assert flow(ledger, Step.SYNC_GHL).held == 0


def test_the_oldest_is_whoever_is_due_longest_in_hand_or_not(ledger: SqlLedger) -> None:
    first, *_ = people(ledger, 2)
    let_time_pass(ledger.engine, 30.0)
    claimed(ledger, [first])
    assert 30.0 <= flow(ledger).progress.oldest_seconds < 35.0


def test_a_step_goes_on_as_long_as_anything_of_it_is_written_down(ledger: SqlLedger) -> None:
    """To within the few seconds in which it is not noted anew."""
    for _ in range(3):
        with ledger.begin() as tx:
            tx.executions.progressed("ingest")
        let_time_pass(ledger.engine, 20.0)
    idle = flow(ledger).progress.idle_seconds
    assert idle is not None
    assert 20.0 <= idle < 26.0


def test_the_pace_is_that_of_the_last_quarter_of_an_hour(ledger: SqlLedger) -> None:
    ran(ledger, "ingest", Tally(success=500))
    let_time_pass(ledger.engine, 1000.0)
    ran(ledger, "ingest", Tally(success=30, failed={"a": "gone", "b": "gone", "c": "gone"}, missed=2))
    found = flow(ledger)
    assert (found.per_minute, found.failed_per_minute) == (2.0, 0.2)


def test_results_that_come_by_webhook_are_collected_too(ledger: SqlLedger) -> None:
    ran(ledger, "inbox", Tally(success=30))
    found = flow(ledger, Step.COLLECT)
    assert found.per_minute == 2.0
    assert found.progress.last_success_at is not None


def test_deadlines_that_passed_are_counted(ledger: SqlLedger) -> None:
    ran(ledger, "collect", Tally(failed={"a": "callback_missed"}, missed=1))
    assert flow(ledger, Step.COLLECT).missed == 1


def test_only_a_success_is_a_success(ledger: SqlLedger) -> None:
    ran(ledger, "ingest", Tally(success=1))
    before = flow(ledger).progress.last_success_at
    let_time_pass(ledger.engine, 50.0)
    ran(ledger, "ingest", Tally(failed={"a": "gone"}))
    after = flow(ledger).progress.last_success_at
    assert before is not None
    assert after is not None
    assert after < before - 49.0
