"""One lead is taken to rest in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import RESTING, State
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from tests.integration.world import World


def test_a_lead_is_driven_to_its_end_and_the_others_are_left_alone(world: World) -> None:
    first, second = world.people(2)
    state = world.app.drive(first, 30.0)
    assert state in RESTING
    assert world.story(first)[-1] == "written_back"
    assert world.leads()[second].state is State.RECEIVED
    world.settle()
    books.check(world)


def test_without_time_the_lead_stays_where_it_is(world: World) -> None:
    (lead_id,) = world.people(1)
    assert world.app.drive(lead_id, 0.0) is State.RECEIVED
