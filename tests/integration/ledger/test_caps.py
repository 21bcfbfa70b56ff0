"""Caps on both meters hold in every scope, whoever reserves, and at whatever moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.money.budget import Caps
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.session import Session
from tests.integration.ledger.actors import add, arrival, people, plan
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.ledger.ledger import SqlLedger

    Open = Callable[..., SqlLedger]

EACH = Cost(6.0, 1.0)


def reserve(ledger: SqlLedger, lead_ids: Sequence[str], cost: Cost = EACH) -> list[str]:
    """Plan for those whom the caps allow, in one transaction, as a worker does; who that was."""
    with ledger.begin() as tx:
        granted = list(tx.calls.affordable(cost, lead_ids).granted)
        if granted:
            tx.calls.plan(
                operation="enrich_rows",
                target="clay",
                key="key",
                lease=1,
                generations=dict.fromkeys(granted, 1),
                cost=cost,
            )
        return granted


def reasons(ledger: SqlLedger, lead_ids: Sequence[str], cost: Cost = EACH) -> set[str]:
    """Why some of these are not paid for."""
    with ledger.begin() as tx:
        return {stop.reason for stop in tx.calls.affordable(cost, lead_ids).refused.values()}


def seconds(ledger: SqlLedger, lead_ids: Sequence[str]) -> list[float]:
    """How long each cap will stand in the way."""
    with ledger.begin() as tx:
        return list(tx.calls.affordable(EACH, lead_ids).seconds.values())


def used(ledger: SqlLedger) -> dict[str, float]:
    """Credits reserved and spent by scope."""
    with ledger.read() as tx:
        rows = tx.session.rows(select(budget))
    return {row.scope: row.credits_reserved + row.credits_spent for row in rows}


def test_without_caps_everything_is_affordable(ledger: SqlLedger) -> None:
    lead_ids = people(ledger, 50)
    assert reserve(ledger, lead_ids) == lead_ids


@pytest.mark.parametrize(
    "caps",
    [
        Caps(day=20.0),
        Caps(month=20.0),
        Caps(day=20.0, month=1000.0),
        Caps(source=20.0),
        Caps(month_actions=3.0),
        Caps(day=1000.0, month_actions=3.0),
    ],
)
def test_the_tighter_cap_holds(open_ledger: Open, caps: Caps) -> None:
    ledger = open_ledger(caps=caps)
    lead_ids = people(ledger, 5)
    assert reserve(ledger, lead_ids[:2]) == lead_ids[:2]
    assert reserve(ledger, lead_ids[2:]) == lead_ids[2:3]
    assert reserve(ledger, lead_ids[3:]) == []
    assert reserve(ledger, lead_ids[3:], Cost()) == lead_ids[3:]


def test_a_batch_and_a_source_have_caps_of_their_own(open_ledger: Open) -> None:
    """Whoever belongs to another batch or source goes on."""
    ledger = open_ledger(caps=Caps(batch=12.0, source=24.0))
    first = [arrival(f"a{number}", batch="A") for number in range(3)]
    second = [arrival(f"b{number}", batch="B") for number in range(3)]
    other = [arrival(f"c{number}", source="Fair", batch="B") for number in range(2)]
    ids = add(ledger, [*first, *second, *other])
    assert reserve(ledger, ids) == [*ids[:2], *ids[3:5]]
    assert reasons(ledger, ids[:1]) == {"the batch's cap on credits is reached"}
    single = add(ledger, [arrival("d")])
    assert reasons(ledger, single) == {"the source's cap on credits is reached"}
    assert reserve(ledger, add(ledger, [arrival("e", source="Fair")])) != []


def test_those_at_the_front_are_paid_for_first(open_ledger: Open) -> None:
    ledger = open_ledger(caps=Caps(day=12.0))
    lead_ids = people(ledger, 4)
    backwards = lead_ids[::-1]
    assert reserve(ledger, backwards) == backwards[:2]


def test_a_cost_is_counted_in_every_scope_it_belongs_to(ledger: SqlLedger) -> None:
    reserve(ledger, add(ledger, [arrival("a", batch="A"), arrival("b", batch="A", source="Fair")]))
    with ledger.read() as tx:
        day = tx.views.today().strftime("%Y-%m-%d")
    month = day[:7]
    assert used(ledger) == {
        f"day:{day}": 12.0,
        f"month:{month}": 12.0,
        "batch:A": 12.0,
        f"source:{month}:Rival": 6.0,
        f"source:{month}:Fair": 6.0,
    }


def test_32_workers_that_reserve_together_never_pass_a_cap(open_ledger: Open) -> None:
    """Each with a connection of its own, in different orders, under caps of every kind."""
    caps = Caps(day=300.0, month=400.0, batch=60.0, source=120.0, month_actions=500.0)
    ledgers = [open_ledger(f"worker-{number}", caps=caps) for number in range(32)]
    arrivals = [
        arrival(f"p{number}", batch=f"batch-{number % 7}", source=f"source-{number % 5}")
        for number in range(320)
    ]
    lead_ids = add(ledgers[0], arrivals)
    shares = [lead_ids[start::32][:: (-1) ** start] for start in range(32)]
    granted = in_threads(reserve, list(zip(ledgers, shares, strict=True)))
    books = used(ledgers[0])
    assert max(value for scope, value in books.items() if scope.startswith("batch")) <= 60.0
    assert max(value for scope, value in books.items() if scope.startswith("source")) <= 120.0
    (day,) = (value for scope, value in books.items() if scope.startswith("day"))
    assert day == 6.0 * sum(map(len, granted)) == 300.0


def test_people_are_told_once_until_a_raised_cap_is_reached(open_ledger: Open) -> None:
    ledger, raised = open_ledger(caps=Caps(day=6.0)), open_ledger(caps=Caps(day=12.0))
    lead_ids = people(ledger, 5)

    def news(one: SqlLedger) -> int:
        reserve(one, lead_ids[:1])
        with one.begin() as tx:
            return len(tx.calls.affordable(EACH, lead_ids).news)

    assert [news(ledger), news(ledger), news(ledger)] == [1, 0, 0]
    with ledger.read() as tx:
        assert tx.views.counts().stops == ("day credits",)
    with raised.read() as tx:
        assert tx.views.counts().stops == ()
    assert [news(raised), news(raised)] == [1, 0]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the time that the database says."""

    def move(moment: str) -> None:
        seconds = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
        monkeypatch.setattr(Session, "now", property(lambda _: seconds))

    return move


def test_at_midnight_a_day_begins_anew_and_the_month_goes_on(
    open_ledger: Open, at: Callable[[str], None]
) -> None:
    ledger = open_ledger(caps=Caps(day=12.0, month=18.0))
    at("2026-03-30T23:59:59")
    lead_ids = people(ledger, 6)
    assert len(reserve(ledger, lead_ids)) == 2
    assert seconds(ledger, lead_ids) == [1.0]
    at("2026-03-31T00:00:00")
    assert len(reserve(ledger, lead_ids)) == 1
    assert reasons(ledger, lead_ids) == {"the month's cap on credits is reached"}
    assert seconds(ledger, lead_ids) == [86400.0]


def test_at_the_end_of_a_month_everything_begins_anew(open_ledger: Open, at: Callable[[str], None]) -> None:
    ledger = open_ledger(caps=Caps(month=6.0, source=6.0, month_actions=1))
    at("2026-12-31T23:59:58")
    lead_ids = people(ledger, 6)
    assert [len(reserve(ledger, lead_ids)), len(reserve(ledger, lead_ids))] == [1, 0]
    assert seconds(ledger, lead_ids) == [2.0]
    at("2027-01-01T00:00:00")
    assert len(reserve(ledger, lead_ids)) == 1


def test_what_is_settled_after_midnight_counts_for_the_day_of_its_reservation(
    open_ledger: Open, at: Callable[[str], None]
) -> None:
    ledger = open_ledger(caps=Caps(day=12.0))
    at("2026-03-31T23:59:59")
    lead_ids = people(ledger, 4)
    reserve(ledger, lead_ids[:2])
    at("2026-04-01T00:00:01")
    with ledger.begin() as tx:
        tx.calls.charge({lead_ids[0]: Cost(5.0, 1.0)}, [lead_ids[0]])
        tx.calls.settle("enrich_rows", {lead_ids[1]: "failed"})
    assert used(ledger)["day:2026-03-31"] == used(ledger)["month:2026-03"] == 5.0
    assert len(reserve(ledger, lead_ids[2:])) == 2


@pytest.mark.parametrize(("hour", "share"), [(0, 2), (11, 13), (22, 24), (23, 24)])
def test_pacing_spreads_a_day_over_its_hours(
    open_ledger: Open, at: Callable[[str], None], hour: int, share: int
) -> None:
    """An even share an hour, one hour ahead; at the full hour there is more."""
    ledger = open_ledger(caps=Caps(day=240.0, pacing=True))
    at(f"2026-03-31T{hour:02}:20:00")
    lead_ids = people(ledger, 30)
    with ledger.begin() as tx:
        allotment = tx.calls.affordable(Cost(10.0), lead_ids)
    paced = share < 24
    assert len(allotment.granted) == share
    assert {stop.paced for stop in allotment.refused.values()} == {paced}
    assert list(allotment.seconds.values()) == [2400.0 + (0 if paced else (23 - hour) * 3600.0)]
    assert len(allotment.news) == (0 if paced else 1)


def test_a_result_of_a_run_nobody_asked_for_costs_again_today(
    ledger: SqlLedger, at: Callable[[str], None]
) -> None:
    at("2026-03-31T10:00:00")
    (lead_id,) = people(ledger, 1)
    plan(ledger, [lead_id], cost=EACH)
    with ledger.begin() as tx:
        tx.calls.charge({lead_id: Cost(6.0, 1.0)})
    at("2026-04-01T10:00:00")
    for _ in range(2):
        with ledger.begin() as tx:
            tx.calls.charge_again({lead_id: Cost(4.0, 1.0)})
    assert (used(ledger)["day:2026-03-31"], used(ledger)["day:2026-04-01"]) == (6.0, 8.0)
    with ledger.read() as tx:
        day: dict[str, Any] = tx.spending.reconciliation("2026-04-01")
    assert (day["spent"], day["run_again"], day["reported_by_clay"]) == (8.0, 8.0, 0.0)


def test_fractions_that_add_up_to_the_cap_fit(open_ledger: Open) -> None:
    """Three times 0.1 is a little more than 0.3 in binary numbers."""
    ledger = open_ledger(caps=Caps(day=0.3))
    assert len(reserve(ledger, people(ledger, 5), Cost(0.1))) == 3


def test_nothing_waits_for_a_budget_row_where_no_cap_is_set(ledger: SqlLedger) -> None:
    """Two may ask at once and reserve; only their writes come one after the other."""
    with ledger.begin() as tx:
        assert tx.calls.affordable(EACH, ["somebody"]).granted == ["somebody"]
        assert tx.session.rows(select(budget)) == []
