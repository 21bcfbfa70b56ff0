"""Intents come before effects, doubts are remembered, and the books of credits are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, update

from alpha_swarm.domain.money.budget import scopes_of
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.tables import call_leads
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import people, plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.ledger.ledger import SqlLedger

OPERATION = "enrich_rows"
EACH = Cost(6.0)


def doubts(ledger: SqlLedger, lead_ids: Sequence[str]) -> dict[str, float]:
    """Whose call has no known outcome, and since when."""
    with ledger.begin() as tx:
        return {key: doubt.age for key, doubt in tx.calls.doubts(OPERATION, lead_ids).items()}


def settle(ledger: SqlLedger, states: dict[str, str]) -> None:
    """Write outcomes."""
    with ledger.begin() as tx:
        tx.calls.settle(OPERATION, states)


def charge(ledger: SqlLedger, spent: dict[str, Cost]) -> None:
    """Write what was paid."""
    with ledger.begin() as tx:
        tx.calls.charge(spent)


def used(ledger: SqlLedger) -> tuple[float, float]:
    """(reserved, spent) today."""
    with ledger.read() as tx:
        return tx.views.counts().day


def test_nothing_is_in_doubt_before_the_first_call(ledger: SqlLedger) -> None:
    assert doubts(ledger, people(ledger, 2)) == {}


def test_a_crash_is_told_from_a_call_that_failed(ledger: SqlLedger) -> None:
    crashed, failed = people(ledger, 2)
    plan(ledger, [failed])
    settle(ledger, {failed: "unknown"})
    plan(ledger, [crashed])
    with ledger.begin() as tx:
        found = tx.calls.doubts(OPERATION, [crashed, failed])
    assert {key: doubt.crashed for key, doubt in found.items()} == {crashed: True, failed: False}


def test_an_intent_that_a_crash_left_behind_is_in_doubt_from_the_moment_it_is_found(
    ledger: SqlLedger,
) -> None:
    first, second = people(ledger, 2)
    plan(ledger, [first])
    let_time_pass(ledger.engine, 100.0)
    found = doubts(ledger, [first, second])
    assert set(found) == {first}
    assert found[first] < 1.0
    let_time_pass(ledger.engine, 7.0)
    assert 7.0 <= doubts(ledger, [first])[first] < 8.0


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_an_outcome_ends_the_doubt(ledger: SqlLedger, outcome: str) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids)
    settle(ledger, {lead_ids[0]: "unknown"})
    assert set(doubts(ledger, lead_ids)) == set(lead_ids)
    settle(ledger, {lead_ids[0]: outcome})
    assert doubts(ledger, lead_ids) == {}


def test_an_outcome_that_is_known_stays_as_it_is(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids)
    settle(ledger, {lead_ids[0]: "done"})
    settle(ledger, {lead_ids[0]: "unknown"})
    assert doubts(ledger, lead_ids) == {}


def test_operations_do_not_touch_each_others_calls(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids)
    with ledger.begin() as tx:
        tx.calls.settle("add_rows", {lead_ids[0]: "done"})
    assert set(doubts(ledger, lead_ids)) == set(lead_ids)


def test_a_reservation_becomes_what_was_spent(ledger: SqlLedger) -> None:
    first, second = people(ledger, 2)
    plan(ledger, [first, second], cost=EACH)
    assert used(ledger) == (12.0, 0.0)
    settle(ledger, {first: "done", second: "done"})
    assert used(ledger) == (12.0, 0.0)
    charge(ledger, {first: Cost(7.5)})
    assert used(ledger) == (6.0, 7.5)


def test_a_result_that_comes_twice_is_charged_once(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids, cost=EACH)
    for _ in range(2):
        charge(ledger, {lead_ids[0]: Cost(7.5)})
    assert used(ledger) == (0.0, 7.5)


def test_a_call_that_failed_gives_its_reservation_back_once(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 2)
    plan(ledger, lead_ids, cost=EACH)
    for _ in range(2):
        settle(ledger, {lead_ids[0]: "failed"})
    assert used(ledger) == (6.0, 0.0)


def test_a_result_before_the_answer_settles_the_call(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids, cost=EACH)
    charge(ledger, {lead_ids[0]: Cost(5.0)})
    settle(ledger, {lead_ids[0]: "failed"})
    assert used(ledger) == (0.0, 5.0)
    assert doubts(ledger, lead_ids) == {}


def test_a_reservation_is_booked_on_the_day_it_was_made(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 2)
    plan(ledger, lead_ids, cost=EACH)
    with ledger.begin() as tx:
        tx.session.run(update(call_leads).values(day="2026-01-31"))
        tx.session.run(delete(budget))
    settle(ledger, {lead_ids[0]: "failed"})
    charge(ledger, {lead_ids[1]: Cost(2.0)})
    with ledger.read() as tx:
        query = select(budget.c.scope, budget.c.credits_reserved, budget.c.credits_spent)
        rows = tx.session.rows(query.where(budget.c.credits_spent > 0))
    booked = {row.scope: (row.credits_reserved, row.credits_spent) for row in rows}
    assert booked == dict.fromkeys(scopes_of("2026-01-31", None, "Rival"), (-12.0, 2.0))


def test_what_is_reserved_is_the_sum_of_the_open_reservations(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 4)
    plan(ledger, lead_ids, cost=Cost(2.5))
    settle(ledger, {lead_ids[0]: "failed", lead_ids[1]: "unknown", lead_ids[2]: "done"})
    charge(ledger, {lead_ids[2]: Cost(1.0)})
    with ledger.read() as tx:
        open_ones = select(func.sum(call_leads.c.credits_reserved)).where(
            call_leads.c.credits_spent.is_(None), call_leads.c.state != "failed"
        )
        assert tx.session.run(open_ones).scalar_one() == used(ledger)[0] == 5.0
