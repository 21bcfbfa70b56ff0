"""Whoever is due is taken by turn, and nobody twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import (
    SECONDS,
    claim_all_due,
    claim_due,
    claim_due_in_process,
    claimed,
    claimed_due,
    due,
    owe,
    people,
)
from tests.integration.together import in_processes, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger


def test_the_limit_holds_over_all_steps_together(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 3)
    owe(ledger, lead_ids, Step.SYNC_GHL)
    found = due(ledger, Step.SYNC_GHL, Step.INGEST, limit=4)
    assert [len(found[step]) for step in (Step.SYNC_GHL, Step.INGEST)] == [3, 1]


def test_what_is_due_stays_so_until_somebody_takes_it(ledger: SqlLedger) -> None:
    """To look leaves no mark: a hint that was lost hides nothing, not even for a moment."""
    lead_ids = people(ledger, 3)
    assert [due(ledger) for _ in range(3)] == [{Step.INGEST: lead_ids}] * 3
    claimed(ledger, lead_ids[:2])
    assert due(ledger) == {Step.INGEST: lead_ids[2:]}


def test_to_look_waits_for_no_writer(open_ledger: Callable[..., SqlLedger]) -> None:
    one, other = open_ledger("one"), open_ledger("two")
    lead_ids = people(one, 3)
    with one.begin() as tx:
        tx.work.claim(Step.INGEST, lead_ids, SECONDS)
        assert due(other) == {Step.INGEST: lead_ids}


def test_a_batch_takes_those_whose_turn_it_is_and_names_some_that_it_left(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 7)
    first = claimed_due(ledger, 3)
    assert (list(first.items), first.left) == (lead_ids[:3], (lead_ids[3],))
    second = claimed_due(ledger, 4)
    assert (list(second.items), second.left) == (lead_ids[3:], ())
    assert claim_due(ledger, 4) is None


def test_a_batch_of_whoever_is_due_holds_neither_what_waits_nor_what_is_held(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    first, second, third = people(ledger, 3)
    claimed(open_ledger(), [first])
    batch = claimed(ledger, [second])
    with ledger.begin() as tx:
        tx.work.postpone(batch, {second: 10.0})
        tx.work.release(batch)
    assert list(claimed_due(ledger, 10).items) == [third]
    let_time_pass(ledger.engine, SECONDS + 1)
    assert sorted(claim_all_due(ledger, 10)) == sorted([first, second, third])


def test_batches_of_whoever_is_due_share_no_lead_and_leave_none(
    open_ledger: Callable[..., SqlLedger],
) -> None:
    ledgers = [open_ledger(f"worker-{number}") for number in range(8)]
    lead_ids = people(ledgers[0], 210)
    taken = in_threads(claim_all_due, [(ledger, 7) for ledger in ledgers])
    assert sorted(lead_id for mine in taken for lead_id in mine) == sorted(lead_ids)


def test_processes_that_take_whoever_is_due_share_no_lead_and_leave_none(
    ledger: SqlLedger, database_url: str
) -> None:
    lead_ids = people(ledger, 210)
    taken = in_processes(claim_due_in_process, [(database_url, f"worker-{number}") for number in range(2)])
    assert sorted(lead_id for mine in taken for lead_id in mine) == sorted(lead_ids)
