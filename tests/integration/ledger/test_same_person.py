"""Two leads with one e-mail are never in two hands at a time for a CRM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.tables import identities
from alpha_swarm.ledger.work.same_person import SamePerson
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import SECONDS, claim, claimed, config, owe, people
from tests.integration.together import in_processes, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STEP = Step.SYNC_GHL


def share_an_email(ledger: SqlLedger, *groups: Sequence[str]) -> None:
    """As if Clay had found the same address for the leads of a group."""
    rows = [
        {"hash": f"shared-{number}", "lead_id": lead_id, "kind": "email"}
        for number, lead_ids in enumerate(groups)
        for lead_id in lead_ids
    ]
    with ledger.begin() as tx:
        tx.session.add(identities, rows)


def twins(ledger: SqlLedger, pairs: int) -> list[tuple[str, str]]:
    """Pairs that share an e-mail, all of whom are to be synced."""
    lead_ids = people(ledger, 2 * pairs)
    found = list(zip(lead_ids[:pairs], lead_ids[pairs:], strict=True))
    share_an_email(ledger, *found)
    owe(ledger, lead_ids, STEP)
    return found


def take_each(ledger: SqlLedger) -> list[str]:
    """One lead a claim, each kept, until nobody is free."""
    mine: list[str] = []
    while True:
        with ledger.begin() as tx:
            batch = tx.work.claim_due(STEP, 1, SECONDS)
        if batch is None:
            return mine
        mine += batch.items


def take_each_in_process(url: str, holder: str) -> list[str]:
    """The same from another process."""
    ledger = SqlLedger(config(url, holder=holder))
    mine = take_each(ledger)
    ledger.close()
    return mine


def test_whoever_shares_an_email_with_one_in_hand_is_passed_over_until_then(ledger: SqlLedger) -> None:
    """Those behind are not held up."""
    first, second, other = people(ledger, 3)
    share_an_email(ledger, [first, second])
    owe(ledger, [first, second, other], STEP)
    batch = claimed(ledger, [first], STEP)
    assert claim(ledger, [second], STEP) is None
    with ledger.begin() as tx:
        following = tx.work.claim_due(STEP, 10, SECONDS)
    assert following is not None
    assert list(following.items) == [other]
    with ledger.begin() as tx:
        tx.work.finish(STEP, [first])
        tx.work.release(batch)
    assert list(claimed(ledger, [second], STEP).items) == [second]


def test_a_lease_that_has_run_out_holds_up_nobody(ledger: SqlLedger) -> None:
    ((first, second),) = twins(ledger, 1)
    claimed(ledger, [first], STEP)
    let_time_pass(ledger.engine, SECONDS + 1)
    assert list(claimed(ledger, [second], STEP).items) == [second]


def test_other_steps_and_other_crms_have_nothing_to_do_with_it(ledger: SqlLedger) -> None:
    ((first, second),) = twins(ledger, 1)
    owe(ledger, [second], Step.SYNC_INSTANTLY)
    claimed(ledger, [first], STEP)
    assert claim(ledger, [second], Step.SYNC_INSTANTLY) is not None
    assert claim(ledger, [second]) is not None


def test_claims_at_the_same_moment_never_share_a_person(open_ledger: Callable[..., SqlLedger]) -> None:
    ledgers = [open_ledger(f"worker-{number}") for number in range(6)]
    pairs = twins(ledgers[0], 30)
    taken = {key for mine in in_threads(take_each, [(ledger,) for ledger in ledgers]) for key in mine}
    assert [len(taken.intersection(pair)) for pair in pairs] == [1] * len(pairs)


def test_nor_do_processes(ledger: SqlLedger, database_url: str) -> None:
    pairs = twins(ledger, 30)
    mine, yours = in_processes(take_each_in_process, [(database_url, f"worker-{one}") for one in range(2)])
    taken = {*mine, *yours}
    assert [len(taken.intersection(pair)) for pair in pairs] == [1] * len(pairs)


def test_without_taking_turns_claims_would_share_some(
    open_ledger: Callable[..., SqlLedger], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above are worth something where rows are locked one by one."""
    one, other = open_ledger("one"), open_ledger("other")
    if one.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    monkeypatch.setattr(SamePerson, "one_claim_at_a_time", lambda _self: None)
    ((first, second),) = twins(one, 1)
    with one.begin() as tx:
        assert tx.work.claim(STEP, [first], SECONDS) is not None
        assert list(claimed(other, [second], STEP).items) == [second]
