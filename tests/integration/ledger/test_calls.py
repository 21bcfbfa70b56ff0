"""Intents come before effects, doubts are remembered, and the books of credits are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from alpha_swarm.ledger.budget import Caps
from alpha_swarm.ledger.tables import budget, call_leads
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import people, plan
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.ledger.ledger import SqlLedger

OPERATION = "enrich_rows"


def doubts(ledger: SqlLedger, lead_ids: Sequence[str]) -> dict[str, float]:
    """Whose call has no known outcome, and since when."""
    with ledger.begin() as tx:
        return {key: doubt.age for key, doubt in tx.calls.doubts(OPERATION, lead_ids).items()}


def settle(ledger: SqlLedger, states: dict[str, str]) -> None:
    """Write outcomes."""
    with ledger.begin() as tx:
        tx.calls.settle(OPERATION, states)


def charge(ledger: SqlLedger, spent: dict[str, float]) -> None:
    """Write what was paid."""
    with ledger.begin() as tx:
        tx.calls.charge(spent)


def used(ledger: SqlLedger) -> tuple[float, float]:
    """(reserved, spent) today."""
    with ledger.read() as tx:
        return tx.views.counts().day


def reserve_what_fits(ledger: SqlLedger, lead_ids: Sequence[str]) -> int:
    """Plan for as many as the caps allow, in one transaction, as a worker does."""
    with ledger.begin() as tx:
        room = tx.calls.affordable(6.0, len(lead_ids))
        if room:
            generations = dict.fromkeys(lead_ids[:room], 1)
            tx.calls.plan(
                operation=OPERATION,
                target="clay",
                key="key",
                lease=1,
                generations=generations,
                credits_each=6.0,
            )
        return room


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
    plan(ledger, [first, second], credits_each=6.0)
    assert used(ledger) == (12.0, 0.0)
    settle(ledger, {first: "done", second: "done"})
    assert used(ledger) == (12.0, 0.0)
    charge(ledger, {first: 7.5})
    assert used(ledger) == (6.0, 7.5)


def test_a_result_that_comes_twice_is_charged_once(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids, credits_each=6.0)
    for _ in range(2):
        charge(ledger, {lead_ids[0]: 7.5})
    assert used(ledger) == (0.0, 7.5)


def test_a_call_that_failed_gives_its_reservation_back_once(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 2)
    plan(ledger, lead_ids, credits_each=6.0)
    for _ in range(2):
        settle(ledger, {lead_ids[0]: "failed"})
    assert used(ledger) == (6.0, 0.0)


def test_a_result_before_the_answer_settles_the_call(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 1)
    plan(ledger, lead_ids, credits_each=6.0)
    charge(ledger, {lead_ids[0]: 5.0})
    settle(ledger, {lead_ids[0]: "failed"})
    assert used(ledger) == (0.0, 5.0)
    assert doubts(ledger, lead_ids) == {}


def test_a_reservation_is_booked_on_the_day_it_was_made(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 2)
    plan(ledger, lead_ids, credits_each=6.0)
    with ledger.begin() as tx:
        tx.session.run(update(call_leads).values(day="2026-01-31"))
        tx.session.run(update(budget).values(day="2026-01-31"))
    settle(ledger, {lead_ids[0]: "failed"})
    charge(ledger, {lead_ids[1]: 2.0})
    with ledger.read() as tx:
        rows = tx.session.rows(select(budget.c.day, budget.c.reserved, budget.c.spent))
    assert [tuple(row) for row in rows] == [("2026-01-31", 0.0, 2.0)]


def test_without_caps_everything_is_affordable(ledger: SqlLedger) -> None:
    with ledger.begin() as tx:
        assert tx.calls.affordable(6.0, 1000) == 1000


@pytest.mark.parametrize("caps", [Caps(day=20.0), Caps(month=20.0), Caps(day=20.0, month=1000.0)])
def test_the_tighter_cap_holds(open_ledger: Callable[..., SqlLedger], caps: Caps) -> None:
    ledger = open_ledger(caps=caps)
    lead_ids = people(ledger, 5)
    assert [reserve_what_fits(ledger, lead_ids[:2]), reserve_what_fits(ledger, lead_ids[2:])] == [2, 1]
    assert used(ledger) == (18.0, 0.0)
    with ledger.begin() as tx:
        assert tx.calls.affordable(6.0, 5) == 0
        assert tx.calls.affordable(0.0, 5) == 5


def test_workers_that_reserve_together_never_pass_the_cap(open_ledger: Callable[..., SqlLedger]) -> None:
    ledgers = [open_ledger(f"worker-{number}", caps=Caps(day=100.0)) for number in range(6)]
    lead_ids = people(ledgers[0], 60)
    shares = [lead_ids[start : start + 10] for start in range(0, 60, 10)]
    granted = in_threads(reserve_what_fits, list(zip(ledgers, shares, strict=True)))
    assert sum(granted) == 16
    assert used(ledgers[0]) == (96.0, 0.0)


def test_the_wait_ends_at_midnight_or_with_the_month(open_ledger: Callable[..., SqlLedger]) -> None:
    """A month's cap that leaves less than one lead costs is as good as reached."""
    daily, monthly = open_ledger(caps=Caps(day=8.0)), open_ledger(caps=Caps(month=8.0))
    plan(daily, people(daily, 1), credits_each=6.0)
    with daily.begin() as tx:
        end_of_day = tx.calls.until_reset(6.0)
        now = tx.views.today()
    with monthly.begin() as tx:
        end_of_month = tx.calls.until_reset(6.0)
    assert 0 < end_of_day <= 86400
    assert end_of_day <= end_of_month <= 31 * 86400
    following = (now.month % 12) + 1
    assert (now + (end_of_month + 1) * type(now - now)(seconds=1)).month == following


def test_what_is_reserved_is_the_sum_of_the_open_reservations(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 4)
    plan(ledger, lead_ids, credits_each=2.5)
    settle(ledger, {lead_ids[0]: "failed", lead_ids[1]: "unknown", lead_ids[2]: "done"})
    charge(ledger, {lead_ids[2]: 1.0})
    with ledger.read() as tx:
        open_ones = select(func.sum(call_leads.c.credits_reserved)).where(
            call_leads.c.credits_spent.is_(None), call_leads.c.state != "failed"
        )
        assert tx.session.run(open_ones).scalar_one() == used(ledger)[0] == 5.0
