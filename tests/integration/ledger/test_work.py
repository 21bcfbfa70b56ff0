"""Work is leased, taken over, given back, and never done by two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.ports.records import Owed
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import (
    SECONDS,
    claim,
    claim_all,
    claim_due,
    claim_in_process,
    claimed,
    due,
    held,
    owe,
    people,
)
from tests.integration.together import in_processes, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger


def test_only_what_is_due_and_owed_is_claimed(ledger: SqlLedger) -> None:
    first, second = people(ledger, 2)
    owe(ledger, [first], Step.COLLECT, delay=100.0)
    assert claim(ledger, [first, second], Step.COLLECT) is None
    let_time_pass(ledger.engine, 101.0)
    batch = claimed(ledger, [first, second], Step.COLLECT)
    assert set(batch.items) == {first}
    assert batch.items[first].waited >= 101.0


def test_what_is_claimed_is_free_for_nobody_else(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    lead_ids = people(ledger, 4)
    batch = claimed(ledger, lead_ids[:3])
    rest = claimed(open_ledger(), lead_ids)
    assert (set(batch.items), set(rest.items)) == (set(lead_ids[:3]), {lead_ids[3]})
    assert rest.lease > batch.lease


def test_many_claimers_share_no_lead_and_leave_none(open_ledger: Callable[..., SqlLedger]) -> None:
    ledgers = [open_ledger(f"worker-{number}") for number in range(8)]
    lead_ids = people(ledgers[0], 210)
    taken = in_threads(claim_all, [(ledger, lead_ids) for ledger in ledgers])
    assert sorted(lead_id for mine in taken for lead_id in mine) == sorted(lead_ids)


def test_claiming_processes_share_no_lead_and_leave_none(ledger: SqlLedger, database_url: str) -> None:
    lead_ids = people(ledger, 210)
    taken = in_processes(
        claim_in_process, [(database_url, f"worker-{number}", lead_ids) for number in range(2)]
    )
    assert sorted(lead_id for mine in taken for lead_id in mine) == sorted(lead_ids)


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_fenced_off(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    lead_ids = people(ledger, 3)
    old = claimed(ledger, lead_ids)
    let_time_pass(ledger.engine, SECONDS + 1)
    assert held(ledger, old) == set(lead_ids)  # nobody else has them yet
    new = claimed(open_ledger(), lead_ids[:1])
    assert held(ledger, old) == set(lead_ids[1:])
    assert held(ledger, new) == set(lead_ids[:1])
    assert {item.claims for item in new.items.values()} == {2}


def test_a_fenced_holder_can_postpone_nothing(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    lead_ids = people(ledger, 1)
    old = claimed(ledger, lead_ids)
    let_time_pass(ledger.engine, SECONDS + 1)
    new = claimed(open_ledger(), lead_ids)
    with ledger.begin() as tx:
        tx.work.postpone(old, {lead_ids[0]: 500.0}, lead_ids)
        tx.work.release(old)
    assert held(ledger, new) == set(lead_ids)
    with ledger.read() as tx:
        assert tx.work.of(lead_ids[0])[Step.INGEST] <= 0


def test_a_renewed_lease_is_kept(ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]) -> None:
    lead_ids = people(ledger, 1)
    batch = claimed(ledger, lead_ids)
    let_time_pass(ledger.engine, SECONDS - 1)
    with ledger.begin() as tx:
        tx.work.renew(batch, SECONDS)
    let_time_pass(ledger.engine, SECONDS - 1)
    assert claim(open_ledger(), lead_ids) is None


def test_what_a_dead_worker_held_is_free_and_due_at_once(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    lead_ids = people(ledger, 3)
    claimed(ledger, lead_ids[:2])
    assert due(ledger) == {Step.INGEST: lead_ids[2:]}
    with open_ledger().begin() as tx:
        assert tx.work.free("test") == 1
        assert tx.work.free("test") == 0
    assert due(ledger) == {Step.INGEST: lead_ids}
    assert claim(ledger, lead_ids[:2]) is not None


def test_the_dead_free_nothing_of_the_living(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    first, second = people(ledger, 2)
    claimed(ledger, [first])
    living = claimed(open_ledger("living"), [second])
    with ledger.begin() as tx:
        tx.work.free("test")
    assert held(ledger, living) == {second}
    assert claim(ledger, [first, second]) is not None


def test_what_is_given_back_is_due_when_said_and_counts_its_failures(ledger: SqlLedger) -> None:
    first, second = people(ledger, 2)
    batch = claimed(ledger, [first, second])
    with ledger.begin() as tx:
        tx.work.postpone(batch, {first: 10.0, second: 10.0}, [first])
        tx.work.release(batch)
    assert claim(ledger, [first, second]) is None
    let_time_pass(ledger.engine, 10.0)
    again = claimed(ledger, [first, second])
    assert (again.items[first].attempts, again.items[second].attempts) == (1, 0)


def test_what_is_owed_again_while_a_worker_is_at_it_is_not_finished_with_the_old(ledger: SqlLedger) -> None:
    """The worker is at something older, so its result must not take the new work away."""
    lead_ids = people(ledger, 1)
    batch = claimed(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.work.owe([Owed(lead_id=lead_ids[0], step=Step.INGEST, turn=0.0)])
    assert held(ledger, batch) == set()
    assert claim(ledger, lead_ids) is not None


def test_a_lease_that_ran_out_is_not_renewed(ledger: SqlLedger) -> None:
    batch = claimed(ledger, people(ledger, 1))
    with ledger.begin() as tx:
        assert tx.work.renew(batch, SECONDS)
    let_time_pass(ledger.engine, SECONDS + 1)
    with ledger.begin() as tx:
        assert not tx.work.renew(batch, SECONDS)


def test_what_waits_for_some_steps_can_be_made_due_at_once(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    batch = claimed(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.work.postpone(batch, {lead_ids[0]: 300.0})
        tx.work.release(batch)
        tx.work.hasten_all([Step.ENRICH])
    assert claim(ledger, lead_ids) is None
    with ledger.begin() as tx:
        tx.work.hasten_all([Step.INGEST, Step.ENRICH])
    assert claim(ledger, lead_ids) is not None


def test_what_a_released_batch_did_not_mention_is_free_at_once(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 2)
    batch = claimed(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.work.finish(Step.INGEST, lead_ids[:1])
        tx.work.release(batch)
    assert set(claimed(ledger, lead_ids).items) == {lead_ids[1]}


def test_of_two_due_times_the_earlier_one_holds(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    for delay in (50.0, 20.0, 80.0):
        owe(ledger, [lead_id], Step.COLLECT, delay)
    with ledger.read() as tx:
        assert 15.0 < tx.work.of(lead_id)[Step.COLLECT] <= 20.0


def test_hastened_work_is_due_now_and_work_that_is_due_stays_as_it_is(ledger: SqlLedger) -> None:
    first, second = people(ledger, 2)
    owe(ledger, [first], Step.COLLECT, 50.0)
    with ledger.begin() as tx:
        tx.work.hasten(Step.COLLECT, [first, second])
    assert due(ledger, Step.COLLECT) == {Step.COLLECT: [first]}


def test_abandoned_leads_are_owed_nothing_but_the_write_back(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    owe(ledger, [lead_id], Step.WRITE_BACK)
    with ledger.begin() as tx:
        tx.work.abandon([lead_id])
        assert set(tx.work.of(lead_id)) == {Step.WRITE_BACK}


def test_a_paused_target_is_neither_hinted_at_nor_claimed_until_the_pause_ends(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    owe(ledger, lead_ids, Step.SYNC_GHL)
    with ledger.begin() as tx:
        tx.pauses.pause("clay", "the key was refused", 300.0)
    assert due(ledger) == {Step.SYNC_GHL: lead_ids}
    assert claim(ledger, lead_ids) is None
    assert claim_due(ledger, 10) is None
    let_time_pass(ledger.engine, 301.0)
    assert due(ledger, Step.INGEST) == {Step.INGEST: lead_ids}
    assert claim(ledger, lead_ids) is not None


def test_a_pause_can_be_ended_by_hand(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    with ledger.begin() as tx:
        tx.pauses.pause("clay", "the key was refused", 300.0)
        tx.pauses.resume("clay")
    assert claim(ledger, lead_ids) is not None


def test_leases_that_ended_long_ago_are_swept_out_and_their_numbers_never_used_again(
    ledger: SqlLedger,
) -> None:
    lead_ids = people(ledger, 1)
    old = claimed(ledger, lead_ids)
    let_time_pass(ledger.engine, 2 * 3600.0)
    with ledger.begin() as tx:
        tx.tidy()
    assert claimed(ledger, lead_ids).lease > old.lease
