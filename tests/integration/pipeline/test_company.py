"""While calls wait for their limit, the leads that come share the next one; else nobody waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.proof.rounds import NoGate, NoHints
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ports.edge import Passage
    from tests.integration.world import World

FLUSH_SECONDS = 0.3


class Doorkeeper(NoGate):
    """Lets calls that add rows through when told to; how many rows each had."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.asked = Event()
        self.open = Event()

    def enter(self, passage: Passage) -> None:
        """Wait for the door to open."""
        if passage.limit == "clay.rows":
            self.rows.append(passage.records)
            self.asked.set()
            assert self.open.wait(PATIENCE_SECONDS)


@pytest.fixture
def door(world: World) -> Doorkeeper:
    """In the gate's place, with the table there."""
    world.people(1, "first")
    world.settle()
    keeper = Doorkeeper()
    world.app.enricher._client._http._gate = keeper  # type: ignore[attr-defined]
    return keeper


def come(world: World, workers: ThreadPoolExecutor, *names: str) -> None:
    """Leads one by one, each with a hint of its own."""
    for name in names:
        world.people(1, name)
        workers.submit(world.app.follow, Step.INGEST, [])


def test_leads_that_come_while_a_call_waits_share_the_next_ones(world: World, door: Doorkeeper) -> None:
    """Five batches at the gate with a lead each would be five calls."""
    with ThreadPoolExecutor(8) as workers:
        come(world, workers, "a")
        assert door.asked.wait(PATIENCE_SECONDS)
        come(world, workers, *"bcdefgh")
        door.open.set()
    assert sum(door.rows) == 8
    assert len(door.rows) <= 3


def test_none_of_them_waits_for_company_for_longer_than_the_flush_interval(
    world: World, door: Doorkeeper
) -> None:
    world.app._effects._flush_interval = FLUSH_SECONDS
    with ThreadPoolExecutor(8) as workers:
        come(world, workers, "a")
        assert door.asked.wait(PATIENCE_SECONDS)
        come(world, workers, "b")
        wait_until(lambda: sum(door.rows) == 2)
        door.open.set()


class Heard(NoHints):
    """The steps of which somebody was told."""

    def __init__(self) -> None:
        self.steps: set[Step] = set()

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """Remember."""
        self.steps |= batches.keys()


def test_a_write_back_is_due_at_once_and_left_to_the_sweep(world: World) -> None:
    """Which takes up all that have come since the last one."""
    heard = Heard()
    world.app.hints = heard  # type: ignore[assignment]  # the queues' place is taken
    lead_ids = world.people(8)
    world.settle()
    assert {Step.ENRICH, Step.SYNC_GHL} < heard.steps
    assert Step.WRITE_BACK not in heard.steps
    assert all("written_back" in world.story(lead_id) for lead_id in lead_ids)
