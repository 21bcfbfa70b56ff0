"""CRMs are written to once, and one that is down holds up no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import State
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from tests.integration.world import World


@pytest.mark.parametrize(
    ("service", "operation"),
    [("ghl", "upsertContact"), ("instantly", "addLeads"), ("clay", "updateRows")],
)
@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "status", "status": 500, "when": "before"},
        {"fault": "status", "status": 500, "when": "after"},
        {"fault": "reset", "when": "after"},
    ],
)
def test_a_lost_answer_makes_no_second_record(
    world: World, service: str, operation: str, fault: dict[str, Any]
) -> None:
    world.fault(service=service, operation=operation, times=1, **fault)
    world.people(8)
    world.settle()
    books.check(world)


def test_a_crm_that_is_down_for_good_holds_up_no_other_and_a_replay_makes_up_for_it(world: World) -> None:
    world.fault(service="ghl", operation="upsertContact", fault="status", status=503)
    world.people(12)
    status = world.settle()
    routed = [lead for lead in world.leads().values() if lead.state is State.DEAD]
    assert len(routed) == status["leads"]["dead"] > 0
    for lead in routed:
        (death,) = world.deaths(lead.id)
        assert (death["step"], death["class"], death["attempts"]) == ("sync-ghl", "transient", 3)
    campaign = {books.email(row) for row in world.rows() if books.email(row) and books.score(row) >= 50}
    assert {one["email"] for one in world.sandbox_ledger()["instantly"]["lead_list"]} == campaign
    assert status["balanced"]
    world.mend()
    world.let_time_pass(301.0)
    world.app.replay()
    world.settle()
    assert world.app.status()["leads"]["dead"] == 0
    books.check(world)


def test_a_crm_that_refuses_its_key_is_left_alone_and_the_others_go_on(world: World) -> None:
    world.fault(service="ghl", operation="*", fault="status", status=401, times=1)
    world.people(12)
    while world.app.status()["breakers"]["ghl"] == "closed":
        world.step()
    status = world.work()
    assert (status["health"], status["breakers"]["clay"]) == ("degraded", "closed")
    assert status["leads"]["syncing"] > 0
    assert world.sandbox_ledger()["instantly"]["leads"] > 0
    world.settle()
    books.check(world)


def test_a_limit_of_a_crm_is_waited_for(world: World) -> None:
    world.fault(service="ghl", operation="upsertContact", fault="status", status=429, seconds=1, times=30)
    world.people(6)
    world.settle()
    books.check(world)


def test_leads_are_written_back_once(world: World) -> None:
    world.people(12)
    world.settle()
    clay = world.sandbox_ledger()["clay"]
    assert clay["updates"] == 12


def test_a_write_back_that_fails_five_times_ends_quietly_and_its_replay_makes_up_for_it(world: World) -> None:
    """Nothing is owed meanwhile, and no lead is dead for it."""
    world.fault(service="clay", operation="updateRows", fault="status", status=503)
    lead_ids = world.people(5)
    status = world.settle()
    assert (status["dead_letters"], status["leads"]["dead"], status["health"]) == (5, 0, "healthy")
    (death,) = world.deaths(lead_ids[0])
    assert (death["step"], death["class"], death["attempts"]) == ("write-back", "transient", 5)
    assert world.sandbox_ledger()["clay"]["updates"] == 0
    world.mend()
    world.let_time_pass(301.0)
    world.app.replay()
    assert world.settle()["dead_letters"] == 0
    assert world.sandbox_ledger()["clay"]["updates"] == 5


def test_a_row_that_is_gone_by_the_time_of_the_write_back_changes_nothing(world: World) -> None:
    world.people(5)
    while not any(lead.external_ids for lead in world.leads().values()):
        world.step()
    row = next(row for row in world.rows() if world.leads()[row["lead_id"]].external_ids)
    world.delete_row(row)
    world.settle()
    assert world.leads()[row["lead_id"]].state is State.SYNCED
    assert world.deaths(row["lead_id"]) == []
