"""A step of a request is in one pair of hands, however long it takes, and counts once."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt, Right
from alpha_swarm.pipeline.privacy.rights.carrying_out import CarryOut, OtherSides
from tests.integration.pipeline.rights_world import Side, canary, with_sides
from tests.integration.world import NOW
from tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.pipeline.rights_world import Sides
    from tests.integration.world import World

SECONDS = 0.6


class Slow(Side):
    """Something happens while it removes."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:
        """Once."""
        receipt = super().forget(who, barred=barred)
        happens, self.meanwhile = self.meanwhile, lambda: None
        happens()
        return receipt


@pytest.fixture
def slow(world: World, tmp_path: Path) -> tuple[Sides, Slow]:
    """A request that nobody has carried out yet, and a system that takes its time."""
    world.take([canary()], NOW)
    world.settle()
    sides = with_sides(world, HomeList(tmp_path))
    side = Slow()
    sides.crms["ghl"] = side
    with world.app.ledger.begin() as tx:
        tx.rights.begin(Right.ERASURE, sorted(world.leads()), why="asked for")
    return sides, side


def worker(world: World, sides: Sides, home: Path) -> CarryOut:
    """One of several."""
    ledger, outside = world.app.ledger, HomeList(home)
    others = OtherSides(lambda: sides.crms, lambda: sides.rows, lambda _errand: Receipt(removed=0))
    return CarryOut(ledger, outside, ledger, others, in_hand_seconds=SECONDS)


def request(world: World) -> dict[str, Any]:
    """The one there is."""
    (told,) = world.app.rights.latest(10)
    return told


def receipt(world: World, system: str) -> Any:
    """What a step says."""
    (found,) = [one["receipt"] for one in request(world)["steps"] if one["system"] == system]
    return found


def test_a_step_that_takes_long_is_nobody_else_s(
    world: World, slow: tuple[Sides, Slow], tmp_path: Path
) -> None:
    """Much longer than it was claimed for: others find nothing to do."""
    sides, side = slow
    begun, go_on = Event(), Event()

    def takes_long() -> None:
        begun.set()
        assert go_on.wait(PATIENCE_SECONDS)

    side.meanwhile = takes_long
    first = Thread(target=worker(world, sides, tmp_path).run)
    first.start()
    assert begun.wait(PATIENCE_SECONDS)
    end = time.monotonic() + 4 * SECONDS
    while time.monotonic() < end:
        worker(world, sides, tmp_path).run()
    assert len(side.asked) == 1
    go_on.set()
    first.join(PATIENCE_SECONDS)
    world.app.rights.go_on()
    assert request(world)["ended_at"]
    assert len(side.asked) == 1
    assert receipt(world, "ghl")["removed"] == 1


def test_whoever_lost_a_step_writes_nothing_of_it(
    world: World, slow: tuple[Sides, Slow], tmp_path: Path
) -> None:
    """A worker that was frozen comes back when another one is done."""
    sides, side = slow

    def frozen() -> None:
        world.let_time_pass(200)
        worker(world, sides, tmp_path).run()
        assert receipt(world, "ghl")["removed"] == 1

    side.meanwhile = frozen
    worker(world, sides, tmp_path).run()
    assert len(side.asked) == 2
    assert receipt(world, "ghl")["removed"] == 1
    world.app.rights.go_on()
    assert request(world)["ended_at"]
    with world.app.ledger.read() as tx:
        done = [row[3] for row in tx.audit.walk(0) if '"done_in":"ghl"' in row[3]]
    assert len(done) == 1


def test_many_leads_go_by_portions(world: World, tmp_path: Path) -> None:
    """So that a system that removes them one by one is done with each in time; each lead once."""
    sides = with_sides(world, HomeList(tmp_path))
    world.people(120)
    with world.app.ledger.read() as tx:
        listed = [Who(slug=f"person-{number}") for number in range(120)]
        assert tx.rights.leads_of(listed) == set(world.leads())
    told = world.app.rights.suppress(listed)
    assert (told["leads"], len(told["requests"])) == (120, 3)
    asked = [key for one in sides.crms["ghl"].asked for key in one.lead_ids]
    assert (len(asked), len(set(asked))) == (120, 120)
