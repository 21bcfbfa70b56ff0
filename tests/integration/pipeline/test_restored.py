"""A ledger that was put back from a copy pays for nothing a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import State
from alpha_swarm.ledger.schema.tables import pulse
from alpha_swarm.pipeline.reconcile import Reconcile
from tests.integration.pipeline import books
from tests.integration.pipeline.rights_world import copied

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


class Notes:
    """Marks in memory."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def read(self, ledger: str) -> int:
        """The highest number."""
        return self.numbers.get(ledger, 0)

    def write(self, ledger: str, beats: int) -> None:
        """Remember."""
        self.numbers[ledger] = beats


@pytest.fixture
def marks() -> Notes:
    """Kept outside of the ledger."""
    return Notes()


def beat(world: World, marks: Notes) -> None:
    """What every process does at its start."""
    estimate = world.app.settings.clay.estimate
    Reconcile(world.app.ledger, marks, cost=estimate, submitting_starts=False).beat()


def reserved(world: World) -> float:
    """Credits that are reserved today."""
    return float(world.app.status()["credits"]["day"]["reserved"])


@pytest.mark.parametrize("rounds", [0, 1, 2, 3])
def test_what_the_copy_does_not_know_is_looked_up_before_it_is_sent(
    world: World, marks: Notes, rounds: int
) -> None:
    """The copy is taken before rows were added, before they were enriched, and later."""
    world.people(6)
    beat(world, marks)
    for _ in range(rounds):
        world.step()
    with copied(world):
        beat(world, marks)
        world.settle()
    beat(world, marks)
    world.settle()
    books.check(world)


def test_without_the_mark_it_would_be_paid_twice(world: World) -> None:
    """So the proof above is one."""
    world.people(3)
    with copied(world):
        world.settle()
    world.settle()
    assert world.sandbox_ledger()["clay"]["rows_added"] == 6


def test_a_ledger_that_was_not_put_back_doubts_nothing(
    world: World, install: Callable[..., World], marks: Notes
) -> None:
    other = install(HOLDER="other")
    world.people(3)
    for one in (world, other, world):
        beat(one, marks)
    assert reserved(world) == 0


def test_a_restored_ledger_doubts_once(world: World, marks: Notes) -> None:
    lead_ids = world.people(3)
    beat(world, marks)
    with copied(world):
        beat(world, marks)
    beat(world, marks)
    estimate = world.app.reservation.credits * len(lead_ids)
    assert reserved(world) == estimate
    beat(world, marks)
    assert reserved(world) == estimate
    world.settle()
    books.check(world)


def test_leads_that_come_after_the_restoration_are_in_no_doubt(world: World, marks: Notes) -> None:
    beat(world, marks)
    with copied(world):
        beat(world, marks)
    beat(world, marks)
    world.people(2)
    world.step()
    assert {lead.state for lead in world.leads().values()} == {State.SUBMITTED}


def test_what_is_waited_for_moves_with_a_clock_that_is_set_back(world: World, marks: Notes) -> None:
    """Else a lead that was due in a minute would be due in a day and a minute."""
    world.people(3)
    beat(world, marks)
    world.let_time_pass(-86_400.0)  # what stands in the ledger lies a day ahead of the clock
    with world.app.ledger.engine.begin() as connection:
        connection.execute(pulse.update().values(at=pulse.c.at + 86_400.0))
    assert not world.step()
    beat(world, marks)
    world.settle()
    books.check(world)
