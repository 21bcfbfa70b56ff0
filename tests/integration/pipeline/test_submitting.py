"""Rows are added once, whatever becomes of the call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.effects.settlement import PATIENCE_SECONDS
from tests.integration.pipeline import books
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

FAULTS = [
    {"fault": "status", "status": 502},
    {"fault": "status", "status": 504},
    {"fault": "status", "status": 500},
    {"fault": "reset"},
]


def impatient(world: World) -> None:
    """Give up a call after 0.3 s."""
    http = world.app.enricher._client._http  # type: ignore[attr-defined]
    http._endpoint = replace(http._endpoint, timeout=(5.0, 0.3))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.get("status", fault["fault"])))
@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
def test_a_lost_answer_is_looked_up_and_nothing_done_or_paid_twice(
    world: World, operation: str, fault: dict[str, Any], when: str
) -> None:
    world.fault(service="clay", operation=operation, when=when, times=1, **fault)
    lead_ids = world.people(6)
    world.settle()
    books.check(world)
    assert "outcome_unknown" in world.story(lead_ids[0])


@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
def test_a_call_that_hangs_after_its_effect_is_looked_up(world: World, operation: str) -> None:
    impatient(world)
    world.fault(service="clay", operation=operation, fault="hang", when="after", times=1, seconds=1.0)
    lead_ids = world.people(3)
    world.settle()
    books.check(world)
    assert "outcome_unknown" in world.story(lead_ids[0])


@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
@pytest.mark.parametrize("status", [500, 429])
def test_a_look_up_that_fails_decides_nothing(world: World, operation: str, status: int) -> None:
    """The call took effect, and asking for it fails twice: it is asked for again and never sent again."""
    world.fault(service="clay", operation=operation, fault="reset", when="after", times=1)
    world.fault(service="clay", operation="searchRows", fault="status", status=status, times=2)
    world.people(4)
    world.settle()
    books.check(world)


@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
def test_what_fails_for_good_ends_as_dead_letters_without_a_charge(world: World, operation: str) -> None:
    world.fault(service="clay", operation=operation, fault="status", status=500)
    lead_ids = world.people(3)
    world.let_time_pass(PATIENCE_SECONDS)
    status = world.settle()
    assert status["leads"]["dead"] == 3
    assert status["balanced"]
    assert status["credits"]["day"] == {"reserved": 0, "spent": 0, "cap": None}
    assert world.sandbox_ledger()["clay"]["credits"] == 0
    assert {death["cause"] for key in lead_ids for death in world.deaths(key)} == {"attempts_exhausted"}


@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
def test_replayed_dead_letters_end_well_when_the_trouble_is_over(world: World, operation: str) -> None:
    world.fault(service="clay", operation=operation, fault="status", status=500)
    world.people(3)
    world.let_time_pass(PATIENCE_SECONDS)
    world.settle()
    world.mend()
    world.app.replay()
    assert world.app.status()["leads"]["dead"] == 3  # their time has not come
    world.let_time_pass(301.0)
    world.app.replay()
    world.settle()
    books.check(world)


@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
def test_a_limit_is_waited_for_and_burns_no_attempt(world: World, operation: str) -> None:
    """Six refusals are more than the attempts there are."""
    world.fault(service="clay", operation=operation, fault="status", status=429, seconds=60, times=6)
    (lead_id,) = world.people(1)
    while operation == "enrichRows" and world.leads()[lead_id].state is State.RECEIVED:
        world.step()
    world.work()
    assert world.leads()[lead_id].state in {State.RECEIVED, State.SUBMITTED}
    with world.app.ledger.read() as tx:
        (wait,) = tx.work.of(lead_id).values()
    assert 30.0 < wait <= 60.0  # the machine may stand still in between
    world.settle()
    books.check(world)


def test_named_bad_rows_are_dead_letters_and_the_good_ones_go_on_at_once(world: World) -> None:
    """An address that the door took and the other side does not: only that row is refused."""
    lead_ids = world.people(4)
    bad = lead_ids[2]
    submit = world.app.enricher._client.add_rows  # type: ignore[attr-defined]

    def spoilt(table_id: str, rows: list[dict[str, Any]], key: str) -> Any:
        sent = [{**row, "scraped_at": "no time"} if row["lead_id"] == bad else row for row in rows]
        return submit(table_id, sent, key)

    world.app.enricher._client.add_rows = spoilt  # type: ignore[attr-defined]
    world.step()
    assert world.leads()[bad].state is State.DEAD
    assert [(death["cause"], death["class"]) for death in world.deaths(bad)] == [
        ("invalid_input", "permanent")
    ]
    world.work()
    assert {lead.state for key, lead in world.leads().items() if key != bad}.isdisjoint({State.RECEIVED})
    world.settle()
    books.check(world, spared=frozenset({bad}))


@pytest.mark.parametrize("operation", ["addRows", "enrichRows"])
def test_a_refused_key_pauses_clay_and_is_told(world: World, operation: str) -> None:
    world.fault(service="clay", operation=operation, fault="status", status=401, times=1)
    world.people(3)
    status = world.work()
    assert status["health"] == "unhealthy"
    assert "replace the key" in " ".join(status["reasons"])
    assert status["breakers"]["clay"] == "open"
    assert status["leads"]["dead"] == 0
    late = world.people(1, "late")
    calls = world.sandbox_ledger()["clay"]["calls"]
    world.work()
    assert world.sandbox_ledger()["clay"]["calls"] == calls
    assert world.leads()[late[0]].state is State.RECEIVED
    world.settle()
    books.check(world)


@pytest.mark.parametrize("status", [402, 403])
def test_a_used_up_quota_pauses_clay_until_it_resets(world: World, status: int) -> None:
    world.fault(service="clay", operation="enrichRows", fault="status", status=status, seconds=5000, times=1)
    world.people(3)
    world.work()
    world.let_time_pass(4990.0)
    assert world.work()["leads"]["submitted"] == 3
    assert world.app.status()["health"] == "unhealthy"
    world.let_time_pass(15.0)
    assert world.work()["leads"]["submitted"] == 0
    world.settle()
    books.check(world)


def test_a_table_that_is_not_there_halts_clay_and_the_leads_wait(install: Callable[..., World]) -> None:
    world = install(CLAY_TABLE_ID="tbl_typo")
    world.people(3)
    status = world.work()
    assert status["health"] == "unhealthy"
    assert "check" in " ".join(status["reasons"])
    assert status["leads"]["received"] == 3
    for _ in range(4):
        world.let_time_pass(301.0)
        assert world.work()["leads"] | {"dead": 0} == status["leads"]
    world.close()
    mended = install()
    mended.settle()
    books.check(mended)


def test_a_whole_batch_without_rows_halts_clay_instead_of_ending_its_leads(world: World) -> None:
    world.people(3)
    world.step()
    for row in world.rows():
        world.delete_row(row)
    status = world.work()
    assert status["leads"]["submitted"] == 3
    assert "CLAY_TABLE_ID" in " ".join(status["reasons"])
    assert status["credits"]["day"]["reserved"] == 0


@pytest.mark.parametrize("state", ["submitted", "enriching"])
def test_a_row_that_somebody_deleted_ends_its_lead_and_harms_no_other(world: World, state: str) -> None:
    world.people(5)
    while not world.app.status()["leads"][state]:
        world.step()
    row = world.rows()[1]
    world.delete_row(row)
    world.settle()
    assert world.leads()[row["lead_id"]].state is State.UNENRICHABLE
    assert "gone" in world.story(row["lead_id"])
    status = world.app.status()
    assert status["balanced"]
    assert status["leads"]["unenrichable"] >= 1
    kept = {one["lead_id"] for one in world.rows()}
    assert all(lead.enrichment for key, lead in world.leads().items() if key in kept)


def test_two_installations_at_once_make_one_table(install: Callable[..., World]) -> None:
    one, two = install(), install(HOLDER="second")
    one.take([person("ada")], NOW)
    one.step()
    two.take([person("bob")], NOW)
    two.settle()
    assert one.sandbox_ledger()["clay"]["tables"] == 1
    books.check(two)


@pytest.mark.parametrize("status", [500, 429, 401])
def test_a_question_that_fails_after_an_accepted_call_makes_nobody_pay_twice(
    world: World, status: int
) -> None:
    """One row is gone, and asking for it once more fails: the others were started all the same."""
    lead_ids = world.people(4)
    while world.app.status()["leads"]["received"]:
        world.step()
    gone = world.rows()[1]
    world.delete_row(gone)
    world.fault(service="clay", operation="getRow", fault="status", status=status, seconds=1, times=1)
    world.settle()
    left = [row for row in world.sandbox_ledger()["clay"]["row_list"] if row["row_id"] != gone["id"]]
    assert {row["enrich_count"] for row in left} == {1}
    found = world.leads()
    states = [found[lead_id].state for lead_id in lead_ids]
    assert states.count(State.UNENRICHABLE) >= 1
