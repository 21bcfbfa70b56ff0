"""What a job does: one batch of those whose turn it is, and a hint at what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import State, Step
from alpha_swarm.proof.time_travel import until_next
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.integration.world import World

#: More than two batches of any step hold, whatever the sizes of calls.
_MANY = 700
#: All that this installation has.
STEPS = (Step.INGEST, Step.ENRICH, Step.COLLECT, Step.SYNC_GHL, Step.SYNC_INSTANTLY, Step.WRITE_BACK)


class Told:
    """Hints that are remembered, and go nowhere."""

    def __init__(self) -> None:
        self.sent: list[tuple[Step, list[str]]] = []

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """Note it down."""
        self.sent += [(step, list(lead_ids)) for step, lead_ids in batches.items()]

    def depths(self) -> dict[str, int]:
        """There are no queues."""
        return {}

    def of(self, step: Step) -> list[str]:
        """The last hint at a step, and none."""
        return next((lead_ids for one, lead_ids in reversed(self.sent) if one is step), [])


@pytest.fixture
def told(world: World) -> Told:
    """In place of the queues."""
    world.app.enricher.prepare()
    hints = Told()
    vars(world.app)["hints"] = hints
    return hints


def states(world: World) -> dict[str, State]:
    """As they stand."""
    return {key: lead.state for key, lead in world.leads().items()}


def moved(world: World) -> list[str]:
    """Those that were submitted, in the order of their ids."""
    return sorted(key for key, state in states(world).items() if state is not State.RECEIVED)


def test_a_job_does_one_batch_by_turn_and_hints_at_some_that_are_left(world: World, told: Told) -> None:
    lead_ids = world.people(_MANY)
    world.app.follow(Step.INGEST, [])
    first = moved(world)
    assert 0 < len(first) < _MANY
    assert first == lead_ids[: len(first)]
    left = told.of(Step.INGEST)
    assert left
    assert set(left) <= set(lead_ids) - set(first)


def test_the_last_batch_leaves_nothing_to_hint_at(world: World, told: Told) -> None:
    lead_ids = world.people(20)
    world.app.follow(Step.INGEST, [])
    assert moved(world) == lead_ids
    assert told.of(Step.INGEST) == []
    assert sorted(told.of(Step.ENRICH)) == lead_ids


def test_a_job_without_anything_due_does_nothing(world: World, told: Told) -> None:
    """Hints may be repeated or late."""
    for step in STEPS:
        world.app.follow(step, [])
    assert told.sent == []


def test_following_hints_alone_brings_everybody_through_ingest(world: World, told: Told) -> None:
    """Each job hints at the next while anybody is left: the chain ends with the work."""
    lead_ids = world.people(_MANY)
    jobs = 0
    told.send({Step.INGEST: lead_ids[:1]})
    while told.of(Step.INGEST):
        told.sent.clear()
        world.app.follow(Step.INGEST, [])
        jobs += 1
        assert jobs < _MANY
    assert moved(world) == sorted(lead_ids)


def test_jobs_that_follow_turns_bring_everybody_to_the_end(world: World, told: Told) -> None:
    """Results that are asked for, too, and with nothing but what a job does."""
    world.people(30)
    deadline = 200
    while not world.app.status()["settled"]:
        told.sent.clear()
        for step in STEPS:
            world.app.follow(step, [])
        if not told.sent:
            world.let_time_pass(until_next(world.app.ledger.engine))
        deadline -= 1
        assert deadline, world.app.status()
    books.check(world)
