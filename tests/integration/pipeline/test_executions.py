"""Every batch leaves a record of what it came to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from tests.integration.pipeline.postbox import FOUND, Postbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

SOFT = 900.0


def came_through(world: World) -> Counter[str]:
    """Leads that came through, by workflow."""
    found: Counter[str] = Counter()
    for one in world.app.executions.recent():
        found[one["workflow"]] += one["success"]
    return found


def test_each_step_is_recorded_with_its_leads(world: World) -> None:
    world.people(6)
    world.settle()
    routed = world.sandbox_ledger()["ghl"]["contacts"]
    found = came_through(world)
    steps = ("ingest", "enrich", "collect", "write-back", "sync-ghl", "sync-instantly")
    assert set(found) == set(steps)
    assert [found[step] for step in steps[:4]] == [6, 6, 6, 6]
    assert found["sync-ghl"] == routed
    assert {one["trigger"] for one in world.app.executions.recent()} == {"command"}


def test_a_hint_is_told_apart_from_a_command(world: World) -> None:
    world.people(1)
    world.app.follow(Step.INGEST, [])
    (one,) = world.app.executions.recent()
    assert (one["workflow"], one["trigger"], one["success"]) == ("ingest", "hint", 1)


def test_what_a_crm_refuses_is_recorded_by_its_verdict(world: World) -> None:
    """Of the person there is nothing but the lead's id."""
    lead_ids = world.people(6)
    world.fault(service="ghl", fault="status", status=422)
    world.settle()
    errors = [
        error for one in world.app.executions.recent("sync-ghl") for error in one["errors"] if one["failed"]
    ]
    assert errors
    assert {error["record"] for error in errors} <= set(lead_ids)
    assert {error["error"] for error in errors} == {"invalid_input"}


def test_callbacks_that_do_not_come_are_missed_deadlines(install: Callable[..., World]) -> None:
    world = install(CLAY_TRANSPORT="webhook")
    world.app.enricher = postbox = Postbox()
    world.people(2)
    world.work()
    world.let_time_pass(SOFT + 1.0)
    world.work()
    (missed,) = world.app.executions.recent("collect")
    assert (missed["missed"], missed["failed"], missed["success"]) == (2, 2, 0)
    world.app.receive_webhook([postbox.answer(name, **FOUND) for name in postbox.received])
    world.work()
    assert came_through(world)["inbox"] == 2


def test_a_letter_that_nobody_can_read_is_a_failure_of_the_inbox(world: World) -> None:
    world.app.receive_webhook([b"no letter"])
    world.app.read_inbox()
    (one,) = world.app.executions.recent("inbox")
    assert (one["status"], [error["error"] for error in one["errors"]]) == ("failure", ["unreadable"])


def test_the_flow_shows_where_leads_are(world: World) -> None:
    world.people(6)
    flow = {one["step"]: one for one in world.app.flow()}
    assert set(flow) == {"ingest", "collect", "write-back", "enrich", "sync-ghl", "sync-instantly"}
    assert (flow["ingest"]["waiting"], flow["ingest"]["due"], flow["enrich"]["waiting"]) == (6, 6, 0)
    world.settle()
    flow = {one["step"]: one for one in world.app.flow()}
    assert sum(one["waiting"] for one in flow.values()) == 0
    assert all(one["last_success_at"] for one in flow.values())
    assert flow["ingest"]["per_minute"] == 0.4
