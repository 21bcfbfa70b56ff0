"""When leads are tried again: together where they share a call, one after the other where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.effects.settlement import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.integration.world import World


def waits(world: World, step: Step, since: float = 0.0) -> list[float]:
    """Seconds until each lead is due at the step, the earliest first; only those that wait for longer."""
    with world.app.ledger.read() as tx:
        found = [tx.work.of(lead_id).get(step, 0.0) for lead_id in world.leads()]
    return sorted(wait for wait in found if wait > since)


def test_the_leads_of_a_call_that_failed_are_tried_again_in_one_call(world: World) -> None:
    """Each on its own would be thirty calls in place of one."""
    world.fault(service="clay", operation="addRows", fault="status", status=503, times=1)
    world.people(30)
    world.work()
    world.let_time_pass(6.1)
    world.work()
    found = waits(world, Step.INGEST)
    assert len(found) == 30
    assert found[-1] - found[0] < 0.001
    assert 3.0 < found[0] <= 8.0
    world.settle()
    assert world.sandbox_ledger()["clay"]["rows"] == 30


def test_contacts_that_failed_are_tried_again_one_after_the_other(world: World) -> None:
    """With little else to do one a second; no attempt is used up by waiting."""
    world.people(2, "pioneer")
    world.settle()
    for operation in ("createContact", "upsertContact"):
        world.fault(service="ghl", operation=operation, fault="status", status=503)
    world.people(40)
    while not waits(world, Step("sync-ghl"), 3.0):
        if not world.step():
            world.let_time_pass(1.0)
    found = waits(world, Step("sync-ghl"))
    assert len(found) > 10
    assert found[-1] > len(found) - 1, "a second for each of those before it"
    world.mend()
    world.settle()
    assert world.app.status()["leads"]["dead"] == 0


def test_answers_of_a_crm_that_are_lost_bury_nobody_within_a_quarter_of_an_hour(world: World) -> None:
    """Nothing is known of the lead by them; what keeps failing for longer is given up."""
    world.people(2, "pioneer")
    world.settle()
    world.fault(service="ghl", operation="*", fault="reset", when="after")
    world.people(3)
    try_again(world, times=8)
    assert world.app.status()["leads"]["dead"] == 0
    world.let_time_pass(PATIENCE_SECONDS)
    try_again(world, times=4)
    assert world.app.status()["leads"]["dead"] == 3


def try_again(world: World, times: int) -> None:
    """Each time everything is due that waits for less than the longest pause between attempts."""
    for _ in range(times):
        world.work()
        world.let_time_pass(80.0)
