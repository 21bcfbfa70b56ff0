"""Leads whose batch went wrong are taken up apart from the others, in ever smaller company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import SECONDS, claim, claimed, people

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.ledger.ledger import SqlLedger
    from alpha_swarm.ports.records import Batch


def die(ledger: SqlLedger, lead_ids: Sequence[str]) -> Batch:
    """Claim, and be found dead."""
    batch = claimed(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.work.free("test")
    return batch


def test_each_crash_halves_the_company_until_one_is_alone_whose_crashes_count(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 9)
    sizes = [len(die(ledger, lead_ids).items) for _ in range(4)]
    assert sizes == [9, 4, 2, 1]
    alone = [die(ledger, lead_ids) for _ in range(3)]
    assert {len(batch.items) for batch in alone} == {1}


def test_the_crashes_of_one_who_was_alone_are_counted_when_it_is_claimed(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    crashes = [next(iter(die(ledger, lead_ids).items.values())).crashes for _ in range(4)]
    assert crashes == [0, 1, 2, 3]


def test_the_unsuspected_never_share_a_batch_with_suspects(ledger: SqlLedger) -> None:
    suspects = people(ledger, 4)
    die(ledger, suspects)
    everybody = people(ledger, 6)
    first = claimed(ledger, everybody)
    assert set(first.items) == set(everybody) - set(suspects)
    assert len(claimed(ledger, everybody).items) == 2


def test_whom_a_claim_leaves_behind_is_named_and_due(ledger: SqlLedger) -> None:
    """Whatever becomes of the worker that took the others."""
    suspects = people(ledger, 4)
    die(ledger, suspects)
    everybody = people(ledger, 6)
    assert set(claimed(ledger, everybody).left) == set(suspects)
    with ledger.read() as tx:
        assert set(tx.work.due([Step.INGEST], 10)[Step.INGEST]) == set(suspects)


def test_suspects_whose_turn_is_far_off_wait_for_their_turn_alone(ledger: SqlLedger) -> None:
    """A batch looks at whose turn it is; it does not search the whole queue."""
    everybody = people(ledger, 40)
    die(ledger, everybody[-4:])
    batches = [due_batch(ledger, 12) for _ in range(5)]
    assert sorted(key for batch in batches for key in batch.items) == sorted(everybody)


def due_batch(ledger: SqlLedger, most: int) -> Batch:
    """Lease whoever's turn it is."""
    with ledger.begin() as tx:
        batch = tx.work.claim_due(Step.INGEST, most, SECONDS)
    assert batch is not None
    return batch


def test_a_lease_that_ran_out_is_as_suspicious_as_a_dead_worker(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    lead_ids = people(ledger, 4)
    claimed(ledger, lead_ids)
    let_time_pass(ledger.engine, SECONDS + 1)
    assert len(claimed(open_ledger(), lead_ids).items) == 2


def test_what_is_given_back_in_order_raises_no_suspicion(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 4)
    batch = claimed(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.work.postpone(batch, dict.fromkeys(lead_ids, 0.0))
        tx.work.release(batch)
    assert len(claimed(ledger, lead_ids).items) == 4


def test_what_our_own_code_failed_over_is_due_at_once_in_half_the_company(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 4)
    batch = claimed(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.work.drop(batch, lead_ids[:2])
        tx.work.finish(Step.INGEST, lead_ids[2:])
        tx.work.release(batch)
    assert len(claimed(ledger, lead_ids).items) == 2


def test_a_sweep_in_between_hides_nothing(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 4)
    die(ledger, lead_ids)
    with ledger.read() as tx:
        assert len(tx.work.due([Step.INGEST], 10)[Step.INGEST]) == 4
    assert len(claimed(ledger, lead_ids).items) == 2
    assert len(claimed(ledger, lead_ids).items) == 2
    assert claim(ledger, lead_ids) is None


def test_neither_suspects_nor_the_others_wait_for_each_others_end(ledger: SqlLedger) -> None:
    """Both keep coming; which of them a batch is for is drawn, and a hundred draws never all agree."""
    suspects = people(ledger, 4)
    die(ledger, suspects)
    people(ledger, 6)
    taken: list[bool] = []
    while len(set(taken)) < 2:
        assert len(taken) < 100
        with ledger.begin() as tx:
            batch = tx.work.claim_due(Step.INGEST, 10, SECONDS)
            assert batch is not None
            taken.append(bool(set(batch.items) & set(suspects)))
            tx.work.postpone(batch, dict.fromkeys(batch.items, 0.0))
            tx.work.release(batch)
