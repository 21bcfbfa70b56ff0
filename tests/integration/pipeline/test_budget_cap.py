"""A cap on credits holds leads back, and loses none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import State
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

_DAY = 86400.0


@pytest.mark.parametrize("cap", ["CLAY_CREDITS_PER_DAY", "CLAY_CREDITS_PER_MONTH"])
def test_leads_beyond_the_cap_are_held_and_go_on_when_it_is_raised(
    install: Callable[..., World], cap: str
) -> None:
    world = install(**{cap: "20"})
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
    world = install(CLAY_CREDITS_PER_DAY="20")
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
