"""A cap on credits holds leads back, and loses none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from alpha_swarm.domain.states import State
from tests.integration.pipeline import books
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

_DAY = 86400.0
_SIX_A_LEAD = {"CLAY_CREDITS_PER_LEAD": "6"}


@pytest.mark.parametrize("cap", ["CLAY_CREDITS_PER_DAY", "CLAY_CREDITS_PER_MONTH"])
def test_leads_beyond_the_cap_are_held_and_go_on_when_it_is_raised(
    install: Callable[..., World], cap: str
) -> None:
    world = install(**{cap: "20", **_SIX_A_LEAD})
    world.people(8)
    status = world.settle()
    assert status["leads"]["held"] == 5
    assert status["leads"]["dead"] == 0
    assert status["balanced"]
    assert sum(row["enrich_count"] for row in world.sandbox_ledger()["clay"]["row_list"]) == 3
    world.close()
    raised = install()
    raised.let_time_pass(31 * _DAY)
    raised.work()
    raised.settle()
    assert raised.app.status()["leads"]["held"] == 0
    books.check(raised)


def test_held_leads_that_still_do_not_fit_stay_held(install: Callable[..., World]) -> None:
    """The day in the books is the calendar's, so nothing has become free."""
    world = install(CLAY_CREDITS_PER_DAY="20", **_SIX_A_LEAD)
    world.people(5)
    world.settle()
    before = world.sandbox_ledger()["clay"]["credits"]
    world.let_time_pass(2 * _DAY)
    status = world.work()
    assert (status["leads"]["held"], status["settled"]) == (2, True)
    assert world.sandbox_ledger()["clay"]["credits"] == before


def test_a_lead_that_is_driven_by_hand_rests_when_it_is_held(install: Callable[..., World]) -> None:
    world = install(CLAY_CREDITS_PER_DAY="3")
    (lead_id,) = world.people(1)
    assert world.app.drive(lead_id, 30.0) is State.HELD


def test_a_list_that_overlaps_an_earlier_one_by_half_costs_nothing_for_the_half(world: World) -> None:
    """And it is said what that saved."""
    world.people(10)
    world.settle()
    first = world.sandbox_ledger()["clay"]["credits"]
    world.take([person(f"person-{number}", source_name="Fair") for number in range(5, 15)], NOW)
    world.settle()
    clay = world.sandbox_ledger()["clay"]
    new = sum(row["credits"] for row in clay["row_list"] if int(row["linkedin_url"].rpartition("-")[2]) >= 10)
    assert clay["rows_enriched_more_than_once"] == 0
    assert clay["credits"] == pytest.approx(first + new)
    saved = world.app.budget()["saved"]
    assert saved["duplicates"] == 5
    assert saved["credits"] == pytest.approx(clay["credits"] / 15 * 5, abs=0.01)


def test_the_best_leads_go_first_when_the_budget_is_short(install: Callable[..., World]) -> None:
    world = install(CLAY_CREDITS_PER_DAY="12", **_SIX_A_LEAD)
    kinds = ["group_member", "post_liker", "post_commenter", "competitor_follower", "event_attendee"]
    world.take([person(kind, source_type=kind) for kind in kinds], NOW)
    world.settle()
    paid = [lead.input.source_type for lead in world.leads().values() if lead.state is not State.HELD]
    assert sorted(paid) == ["event_attendee", "post_commenter"]


def test_actions_have_a_cap_of_their_own(install: Callable[..., World]) -> None:
    world = install(CLAY_ACTIONS_PER_MONTH="5", CLAY_ACTIONS_PER_LEAD="2")
    world.people(4)
    status = world.settle()
    assert status["leads"]["held"] == 2
    assert status["actions"]["month"] == {"reserved": 0.0, "spent": pytest.approx(4.0, abs=4.0), "cap": 5}
    assert status["reasons"] == [
        "2 leads are held: the cap on actions of the month is reached; see alpha-swarm budget"
    ]


def test_a_cap_is_announced_once(install: Callable[..., World]) -> None:
    with capture_logs() as logs:
        world = install(CLAY_CREDITS_PER_DAY="6")
        world.people(3)
        world.settle()
        world.people(3, "further")
        world.settle()
    told = [entry for entry in logs if entry["event"] == "cap_reached"]
    assert [(entry["kind"], entry["meter"], entry["cap"]) for entry in told] == [("day", "credits", 6.0)]


@pytest.mark.parametrize("status", [402, 403])
def test_a_quota_that_is_used_up_stops_clay_and_is_not_asked_again(world: World, status: int) -> None:
    """One call is refused, the target is left alone, no lead is dead, and nothing stays reserved."""
    world.fault(service="clay", operation="enrichRows", fault="status", status=status, times=50)
    world.people(60)
    found = world.work()
    calls = world.sandbox_ledger()["clay"]["calls"].get("enrichRows", 0)
    assert calls <= 3
    assert (found["leads"]["dead"], found["leads"]["submitted"]) == (0, 60)
    assert found["breakers"]["clay"] == "open"
    assert found["credits"]["day"]["reserved"] == found["credits"]["day"]["spent"] == 0.0
    before = calls
    world.work()
    assert world.sandbox_ledger()["clay"]["calls"].get("enrichRows", 0) == before
