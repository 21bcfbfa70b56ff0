"""Whatever the transport, whoever asks to be forgotten is not brought back by what Clay says late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.pipeline.rights_world import (
    assert_gone,
    canary,
    carry_on,
    erase,
    traces,
    usually,
    values_of,
)
from tests.integration.transports.places import SUBMITS
from tests.integration.world import NOW
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.transports.places import Place


@pytest.mark.parametrize("rounds", usually(1, long=(0, 2, 3)))
def test_a_callback_that_comes_late_brings_nobody_back(
    installation: Place, tmp_path: Path, rounds: int
) -> None:
    """Where rows cannot be removed by the transport it is a person's task, and no request ends before."""
    world = installation.world
    others = world.people(2)
    (lead_id,) = world.take([canary()], NOW)
    for _ in range(rounds):
        world.step()
    marks = values_of(world, lead_id)
    told = erase(world)
    installation.settle()
    wait_until(lambda: _all_said(installation))
    world.work()
    carry_on(world)
    finish_tasks(installation, told["request"], sent=rounds > 0)
    assert set(world.leads()) == set(others)
    assert_gone(world, tmp_path, marks)


def test_whoever_is_through_is_forgotten_as_well(installation: Place, tmp_path: Path) -> None:
    """And a callback that was delivered once is delivered again."""
    world = installation.world
    world.people(1)
    (lead_id,) = world.take([canary()], NOW)
    installation.settle()
    marks = values_of(world, lead_id)
    assert traces(world, tmp_path)
    told = erase(world)
    finish_tasks(installation, told["request"])
    assert_gone(world, tmp_path, marks)


def test_a_submission_of_which_nobody_knows_what_became_is_looked_for_by_a_person(
    installation: Place, tmp_path: Path
) -> None:
    """Its answer was lost, so that no row is known; where it can be looked up, it is."""
    world = installation.world
    installation.fault(SUBMITS[installation.transport], fault="reset", when="after", times=1)
    world.take([canary()], NOW)
    world.step()
    told = erase(world)
    carry_on(world)
    finish_tasks(installation, told["request"])
    assert_gone(world, tmp_path, [])


def finish_tasks(installation: Place, request: str, *, sent: bool = True) -> None:
    """A person does what the transport cannot, and says so."""
    world = installation.world
    left = [one["system"] for one in world.app.rights.show(request)["steps"] if one["state"] == "task"]
    assert left == (["clay"] if sent and installation.transport != "rest" else [])
    for system in left:
        assert world.app.rights.show(request)["ended_at"] is None
        world.app.rights.done(request, system)


def _all_said(installation: Place) -> bool:
    """Each run of the other side's was called back."""
    clay = installation.world.sandbox_ledger()["clay"]
    calls = clay["sources"]["callbacks"]
    return bool(calls["delivered"] + calls["lost"] >= clay["sources"]["runs"])
