"""Under a cap whoever waits for a paid step stands by rank, and without one nothing is kept for it."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from alpha_swarm.domain.leads.prospects import rank
from alpha_swarm.domain.money.budget import Caps, Room
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.states import Priority, SourceType, Step
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.tables import work
from alpha_swarm.ports.records import Owed
from tests.integration.ledger.actors import SECONDS, add, arrival, people, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger
    from alpha_swarm.ports.records import Arrival, Batch

    Open = Callable[..., SqlLedger]

CAPPED = {"caps": Caps(day=100.0), "paid_steps": frozenset({Step.INGEST})}
EACH = Cost(6.0, 1.0)


@pytest.fixture
def capped(open_ledger: Open) -> SqlLedger:
    """With a cap, and a door through which leads are paid for."""
    return open_ledger(**CAPPED)


def some(name: str, source_type: SourceType, priority: Priority, *, named: bool) -> Arrival:
    """Somebody of whom more or less is known."""
    one = arrival(name, priority=priority)
    company = "Brightforge" if named else None
    return replace(one, input=replace(one.input, source_type=source_type, company_name=company))


def best(ledger: SqlLedger, most: int, *, room: bool = False) -> Batch | None:
    """The best of those who wait."""
    with ledger.begin() as tx:
        return tx.work.claim_due(Step.INGEST, most, SECONDS, best=True, room=room)


def ranks(ledger: SqlLedger, step: Step = Step.INGEST) -> dict[str, int | None]:
    """As they stand in the ledger."""
    with ledger.read() as tx:
        rows = tx.session.rows(select(work.c.lead_id, work.c.rank).where(work.c.step == step.value))
    return {row.lead_id: row.rank for row in rows}


_numbers = itertools.count()
_sorts = st.tuples(st.sampled_from(SourceType), st.sampled_from(Priority), st.booleans())


@given(
    crowd=st.lists(_sorts, min_size=1, max_size=20),
    sizes=st.lists(st.integers(1, 9), min_size=20, max_size=20),
)
@settings(settings.get_profile("ledger"))
def test_batches_of_any_size_take_the_best_of_all_that_wait(
    capped: SqlLedger, crowd: list[tuple[SourceType, Priority, bool]], sizes: list[int]
) -> None:
    """Urgent ones, then by prospects, then by turn, in whatever order they came."""
    ledger = capped
    with ledger.begin() as tx:
        tx.session.run(delete(work))
    arrivals = [
        some(f"person-{next(_numbers)}", source, priority, named=named) for source, priority, named in crowd
    ]
    ids = add(ledger, arrivals)
    with ledger.begin() as tx:
        tx.work.owe(Owed(lead_id=key, step=Step.INGEST, turn=float(place)) for place, key in enumerate(ids))
        turns = {row.lead_id: row.turn for row in tx.session.rows(select(work))}
    taken: list[str] = []
    while len(taken) < len(ids) and (batch := best(ledger, sizes[len(taken)])) is not None:
        taken += batch.items
    order = {key: (rank(one.input, one.priority), turns[key]) for key, one in zip(ids, arrivals, strict=True)}
    assert sorted(taken) == sorted(ids)
    assert [order[key] for key in taken] == sorted(order.values())


def test_without_a_cap_nobody_is_ranked(open_ledger: Open) -> None:
    ledger = open_ledger(paid_steps=CAPPED["paid_steps"])
    people(ledger, 3)
    assert set(ranks(ledger).values()) == {None}
    with ledger.begin() as tx:
        assert tx.work.rank(10) == 0


def test_only_the_steps_that_cost_are_ranked(open_ledger: Open) -> None:
    ledger = open_ledger(caps=Caps(day=100.0), paid_steps=frozenset({Step.ENRICH}))
    ids = people(ledger, 2)
    with ledger.begin() as tx:
        tx.work.owe(Owed(lead_id=key, step=Step.ENRICH, turn=0.0) for key in ids)
    assert set(ranks(ledger).values()) == {None}
    assert None not in ranks(ledger, Step.ENRICH).values()


def test_who_came_before_the_cap_is_ranked_as_if_it_had_stood(open_ledger: Open) -> None:
    people(open_ledger(), 7)
    ledger = open_ledger(**CAPPED)
    with ledger.begin() as tx:
        assert [tx.work.rank(5), tx.work.rank(5), tx.work.rank(5)] == [5, 2, 0]
    before = ranks(ledger)
    add(ledger, [arrival("later")])
    assert len(set(ranks(ledger).values())) == 1
    assert None not in before.values()


def test_whoever_waits_for_room_comes_first_again_when_there_is_some(open_ledger: Open) -> None:
    """Not when there is none, and nobody who waits for something else."""
    ledger = open_ledger(**CAPPED)
    first, second, worst = add(
        ledger,
        [
            some("first", SourceType.DIRECT, Priority.NORMAL, named=True),
            some("second", SourceType.CRM, Priority.NORMAL, named=False),
            some("worst", SourceType.GROUP_MEMBER, Priority.BULK, named=False),
        ],
    )
    batch = best(ledger, 2)
    assert batch is not None
    with ledger.begin() as tx:
        tx.work.postpone(batch, {first: 600.0}, for_room=True)
        tx.work.postpone(batch, {second: 600.0})
        tx.work.release(batch)
    with ledger.read() as tx:
        assert tx.work.due([Step.INGEST], 10) == {Step.INGEST: [worst]}
        assert tx.work.due([Step.INGEST], 10, room=True) == {Step.INGEST: [first, worst]}
    again = best(ledger, 3, room=True)
    assert again is not None
    assert list(again.items) == [first, worst]


def test_more_wait_than_there_is_room_for(open_ledger: Open) -> None:
    """Those in somebody's hands were counted when they were paid for; whoever is not due yet waits too."""
    ledger = open_ledger(**CAPPED)
    people(ledger, 5)
    with ledger.begin() as tx:
        assert tx.calls.room(EACH) == Room(16, 16)
        assert [tx.work.more_wait(Step.INGEST, number) for number in (4, 5, math.inf)] == [
            True,
            False,
            False,
        ]
    assert best(ledger, 2) is not None
    with ledger.begin() as tx:
        assert [tx.work.more_wait(Step.INGEST, number) for number in (2, 3)] == [True, False]


def test_room_is_that_of_the_tightest_cap_on_everything(open_ledger: Open) -> None:
    """What a batch or a source may cost is not everybody's; what is reserved counts."""
    capped = open_ledger(caps=Caps(day=60.0, month=90.0, month_actions=7, batch=6.0))
    ids = people(capped, 3)
    plan(capped, ids, cost=EACH)
    with capped.read() as tx:
        assert tx.calls.room(EACH) == Room(4, 4)
        assert tx.calls.room(Cost(1.0, 0.0)).now == 42
    with open_ledger(caps=Caps(batch=6.0)).read() as tx:
        assert not tx.calls.room(EACH).returned


def test_the_dearest_lead_of_late_is_reserved_for_each_under_a_cap(open_ledger: Open) -> None:
    """For thirty days; without a cap what was reckoned with stays."""
    capped, free = open_ledger(**CAPPED), open_ledger()
    ids = people(capped, 3)
    plan(capped, ids, cost=EACH)
    with capped.begin() as tx:
        tx.calls.charge({ids[0]: Cost(14.0, 1.0), ids[1]: Cost(11.0, 1.0)})
    with capped.begin() as tx:
        tx.calls.charge({ids[2]: Cost(2.0, 1.0)})
    with capped.read() as tx:
        assert tx.calls.reservation(EACH) == Cost(14.0, 1.0)
        assert tx.calls.reservation(Cost(20.0, 0.0)) == Cost(20.0, 0.0)
        assert tx.calls.reservation(Cost()) == Cost()
    with free.read() as tx:
        assert tx.calls.reservation(EACH) == EACH
    with capped.begin() as tx:
        rows = tx.session.rows(select(budget.c.scope).where(budget.c.dearest > 0))
        assert len(rows) == 1
        tx.session.run(budget.update().where(budget.c.dearest > 0).values(scope="day:2020-01-01"))
    with capped.read() as tx:
        assert tx.calls.reservation(EACH) == EACH
