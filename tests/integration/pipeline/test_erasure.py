"""Whoever asks to be forgotten is forgotten wherever the pipeline has them, and does not come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.rights import Right
from alpha_swarm.domain.states import State
from tests.integration.pipeline.rights_world import (
    EMAIL,
    MARK,
    PROFILE,
    Sides,
    canary,
    copied,
    traces,
    values_of,
    with_sides,
)
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World


@pytest.fixture
def sides(world: World, tmp_path: Path) -> Sides:
    """Clay and two CRMs that forget."""
    return with_sides(world, HomeList(tmp_path))


def assert_gone(world: World, home: Path, marks: list[str]) -> None:
    """No trace; the books are balanced; and whoever brings the person again is refused."""
    status = world.settle()
    assert (status["balanced"], status["settled"]) == (True, True)
    world.app.rights.go_on()
    world.let_time_pass(20)
    world.app.rights.go_on()
    assert traces(world, home, [MARK, *marks]) == {}
    before = world.app.status()["leads"]
    assert world.take([canary()], NOW) == [""]
    assert world.take([canary(linkedin_url="", source_url="")], NOW) == [""]
    assert world.app.status()["leads"] == before
    assert world.settle()["balanced"]
    assert traces(world, home, [MARK, *marks]) == {}


@pytest.mark.parametrize("rounds", range(6))
def test_at_each_step_of_the_way_the_person_is_forgotten(
    world: World, sides: Sides, tmp_path: Path, rounds: int
) -> None:
    """Received, submitted, enriching, scored, syncing, synced: among others, who are not touched."""
    others = world.people(3)
    (lead_id,) = world.take([canary()], NOW)
    for _ in range(rounds):
        world.step()
        world.let_time_pass(1)
    marks = values_of(world, lead_id)
    told = world.app.rights.ask(Right.ERASURE, PROFILE)
    assert told["lead_ids"] == [lead_id]
    assert lead_id not in world.leads()
    assert_gone(world, tmp_path, marks)
    assert {world.leads()[other].state for other in others} == {State.SYNCED}
    assert {row["lead_id"] for row in world.rows()} == set(others)
    assert world.app.status()["leads"]["erased"] == 1
