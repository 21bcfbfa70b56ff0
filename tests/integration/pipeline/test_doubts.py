"""Every call in doubt is listed, and every charge that may have been made twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.world import World


def test_an_unknown_outcome_is_listed_until_it_is_settled(world: World) -> None:
    world.fault(service="clay", operation="enrichRows", fault="reset", when="after", times=1)
    lead_ids = world.people(3)
    world.work()
    listed = world.app.doubts()["unknown"]
    assert {entry["lead_id"] for entry in listed} == set(lead_ids)
    assert {(entry["operation"], entry["credits"]) for entry in listed} == {("enrich_rows", 6.0)}
    world.settle()
    assert world.app.doubts() == {"unknown": [], "possible_double_charges": []}


def test_a_paid_call_that_was_made_again_after_a_look_up_is_listed_for_good(world: World) -> None:
    world.fault(service="clay", operation="enrichRows", fault="reset", when="before", times=1)
    lead_ids = world.people(3)
    world.settle()
    listed = world.app.doubts()["possible_double_charges"]
    assert {entry["lead_id"] for entry in listed} == set(lead_ids)


def test_a_row_that_was_added_again_costs_nothing_and_is_not_listed(world: World) -> None:
    world.fault(service="clay", operation="addRows", fault="reset", when="before", times=1)
    world.people(3)
    world.settle()
    assert world.app.doubts()["possible_double_charges"] == []
