"""The books: what was taken in is somewhere, and whoever is on the way is owed something."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from alpha_swarm.domain.health.status import status
from alpha_swarm.domain.money.budget import NO_CAPS
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.schema.tables import leads, work
from alpha_swarm.ports.records import Owed
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import add, arrival, people

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.domain.health.counts import Counts
    from alpha_swarm.ledger.ledger import SqlLedger


def counts(ledger: SqlLedger) -> Counts:
    """From one moment."""
    with ledger.read() as tx:
        return tx.views.counts()


def balanced(ledger: SqlLedger) -> bool:
    """As ``status`` says it."""
    return bool(status(counts(ledger), {}, NO_CAPS, {})["balanced"])


def test_an_empty_ledger_balances(ledger: SqlLedger) -> None:
    found = counts(ledger)
    assert found.states == {state.value: 0 for state in State}
    assert (found.accepted, found.stranded, found.oldest_waiting_seconds) == (0, 0, 0.0)
    assert balanced(ledger)


def test_duplicates_do_not_upset_the_balance(ledger: SqlLedger) -> None:
    add(ledger, [arrival("ada"), arrival("ada"), arrival("bob")])
    add(ledger, [arrival("bob"), arrival("cid")])
    assert counts(ledger).accepted == 3
    assert balanced(ledger)


def test_a_lead_on_its_way_to_whom_nothing_is_owed_is_stranded(ledger: SqlLedger) -> None:
    first, _ = people(ledger, 2)
    with ledger.begin() as tx:
        tx.session.run(delete(work).where(work.c.lead_id == first))
    assert counts(ledger).stranded == 1
    assert not balanced(ledger)


def test_a_lead_that_rests_is_owed_nothing(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    with ledger.begin() as tx:
        tx.leads.move({lead_id: State.SYNCED})
        tx.work.abandon([lead_id])
    assert counts(ledger).stranded == 0
    assert balanced(ledger)


def test_a_lead_that_nobody_took_in_upsets_the_balance(ledger: SqlLedger) -> None:
    with ledger.begin() as tx:
        tx.leads.add([arrival("ada")])
    assert not balanced(ledger)


def test_the_books_balance_at_every_moment_of_a_writer(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    """All figures are of one moment, though each is a query of its own."""
    writer, over = open_ledger(), threading.Event()

    def write() -> None:
        for number in range(60):
            add(writer, [arrival(f"person-{number}-{index}") for index in range(5)])
        over.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = []
    while not over.is_set():
        seen.append(counts(ledger))
    thread.join()
    assert all(sum(one.states.values()) == one.accepted and not one.stranded for one in seen)


def test_the_oldest_work_is_that_which_is_due_longest(ledger: SqlLedger) -> None:
    people(ledger, 1)
    let_time_pass(ledger.engine, 100.0)
    add(ledger, [arrival("late")])
    assert 100.0 <= counts(ledger).oldest_waiting_seconds < 105.0


def test_work_for_a_paused_target_does_not_count_as_waiting(ledger: SqlLedger) -> None:
    """It waits for the pause to end, not for somebody to do it."""
    (lead_id,) = people(ledger, 1)
    with ledger.begin() as tx:
        tx.work.finish(Step.INGEST, [lead_id])
        tx.work.owe([Owed(lead_id=lead_id, step=Step.SYNC_GHL, turn=0.0)])
    let_time_pass(ledger.engine, 700.0)
    with ledger.begin() as tx:
        tx.pauses.pause("ghl", "the quota is used up", 3600.0)
    found = counts(ledger)
    assert found.oldest_waiting_seconds == 0.0
    assert set(found.pauses) == {"ghl"}
    assert status(found, {}, NO_CAPS, {})["health"] == "degraded"


def test_a_pause_that_ran_out_is_not_shown(ledger: SqlLedger) -> None:
    with ledger.begin() as tx:
        tx.pauses.pause("clay", "the key was refused", 60.0)
    let_time_pass(ledger.engine, 61.0)
    assert counts(ledger).pauses == {}


def test_settled_is_the_same_word_as_in_the_status(ledger: SqlLedger) -> None:
    def words() -> tuple[bool, bool]:
        with ledger.read() as tx:
            return tx.views.settled(), status(tx.views.counts(), {}, NO_CAPS, {})["settled"]

    assert words() == (True, True)
    (lead_id,) = people(ledger, 1)
    assert words() == (False, False)
    with ledger.engine.begin() as connection:
        connection.execute(update(leads).values(state=State.SYNCED.value))
    assert words() == (True, True)
    with ledger.begin() as tx:
        tx.work.owe([Owed(lead_id=lead_id, step=Step.WRITE_BACK, turn=0.0)])
    assert words() == (False, False)
