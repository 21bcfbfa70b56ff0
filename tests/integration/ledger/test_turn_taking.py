"""Whoever's turn it is goes into the next batch, and into no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import SECONDS, claimed, config, people
from tests.integration.together import in_processes, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ports.records import Batch


def claim_due(ledger: SqlLedger, most: int) -> Batch | None:
    """Lease whoever's turn it is."""
    with ledger.begin() as tx:
        return tx.work.claim_due(Step.INGEST, most, SECONDS)


def claimed_due(ledger: SqlLedger, most: int) -> Batch:
    """The same where somebody is due."""
    batch = claim_due(ledger, most)
    assert batch is not None
    return batch


def claim_all_due(ledger: SqlLedger, most: int) -> list[str]:
    """Batch by batch, until nothing is free."""
    mine: list[str] = []
    while (batch := claim_due(ledger, most)) is not None:
        mine += batch.items
    return mine


def claim_due_in_process(url: str, holder: str) -> list[str]:
    """The same from another process."""
    ledger = SqlLedger(config(url, holder=holder))
    mine = claim_all_due(ledger, 7)
    ledger.close()
    return mine


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


def test_a_paused_target_is_nobodys_turn(ledger: SqlLedger) -> None:
    people(ledger, 1)
    with ledger.begin() as tx:
        tx.pauses.pause("clay", "the key was refused", 300.0)
    assert claim_due(ledger, 10) is None
    let_time_pass(ledger.engine, 301.0)
    assert claim_due(ledger, 10) is not None
