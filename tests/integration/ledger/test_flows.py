"""Each stream of leads has its place in the common queue, however many doors take it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Priority, Step
from alpha_swarm.ports.records import Owed
from tests.integration.ledger.actors import SECONDS, add, arrival
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger


def crowd(ledger: SqlLedger, source: str, number: int, priority: Priority = Priority.NORMAL) -> list[str]:
    """So many of one source; their ids."""
    name = source.lower()
    return add(
        ledger, [arrival(f"{name}-{one:04}", source=source, priority=priority) for one in range(number)]
    )


def next_batch(ledger: SqlLedger, most: int, step: Step = Step.INGEST) -> list[str]:
    """Whose turn it is, taken and done with."""
    with ledger.begin() as tx:
        batch = tx.work.claim_due(step, most, SECONDS)
        assert batch is not None
        tx.work.finish(step, list(batch.items))
        tx.work.release(batch)
    return list(batch.items)


def test_ten_behind_a_thousand_of_another_source_are_in_the_next_batch(ledger: SqlLedger) -> None:
    many = crowd(ledger, "Rival", 1000)
    few = crowd(ledger, "Fair", 10)
    batch = next_batch(ledger, 50)
    assert set(few) < set(batch)
    assert [key for key in batch if key in many] == many[:40]


def test_priorities_share_ten_to_five_to_two(ledger: SqlLedger) -> None:
    """Of one source, too. Who comes later begins where the queue stands: less than a lead's step behind."""
    ids = {priority: crowd(ledger, priority.value, 100, priority) for priority in reversed(Priority)}
    batch = next_batch(ledger, 85)
    shares = {priority: sum(key in ids[priority] for key in batch) for priority in Priority}
    due_to_them = {Priority.CRITICAL: 50, Priority.NORMAL: 25, Priority.BULK: 10}
    assert all(abs(shares[priority] - number) <= 1 for priority, number in due_to_them.items())


def test_a_stream_that_was_quiet_saves_nothing_up(ledger: SqlLedger) -> None:
    """It begins one step behind where the queue stands; so does one that is new."""
    early = crowd(ledger, "Rival", 10)
    crowd(ledger, "Fair", 100)
    assert set(early) < set(next_batch(ledger, 60))
    late = add(ledger, [arrival(f"late-{one}", source="Rival") for one in range(30)])
    batch = next_batch(ledger, 20)
    assert 9 <= sum(key in late for key in batch) <= 10


def test_leads_keep_their_turn_from_step_to_step(ledger: SqlLedger) -> None:
    many, few = crowd(ledger, "Rival", 100), crowd(ledger, "Fair", 10)
    with ledger.begin() as tx:
        leads = tx.leads.load([*many, *few])
        tx.work.owe(Owed(lead_id=key, step=Step.ENRICH, turn=leads[key].turn) for key in [*many, *few])
    assert set(few) < set(next_batch(ledger, 25, Step.ENRICH))


def test_doors_that_take_in_one_stream_at_once_lose_nobody_and_go_on_behind(
    open_ledger: Callable[..., SqlLedger],
) -> None:
    doors = [open_ledger(f"door-{number}") for number in range(4)]

    def take(door: int) -> list[str]:
        return [
            key
            for part in range(5)
            for key in add(doors[door], [arrival(f"d{door}-p{part}-{one}") for one in range(10)])
        ]

    taken = [key for ids in in_threads(take, [(door,) for door in range(4)]) for key in ids]
    assert len(set(taken)) == 200
    last = add(doors[0], [arrival("last")])
    with doors[0].read() as tx:
        assert sorted(tx.work.due([Step.INGEST], 500)[Step.INGEST]) == sorted([*taken, *last])
        leads = tx.leads.load([*taken, *last])
    assert all(leads[key].turn < leads[last[0]].turn for key in taken)


def test_a_stream_of_which_nobody_waits_needs_no_place(ledger: SqlLedger) -> None:
    crowd(ledger, "Rival", 10)
    crowd(ledger, "Fair", 20)
    next_batch(ledger, 30)
    crowd(ledger, "Expo", 1)
    with ledger.begin() as tx:
        tx.tidy()
    assert crowd(ledger, "Last", 3)
    assert len(next_batch(ledger, 10)) == 4
