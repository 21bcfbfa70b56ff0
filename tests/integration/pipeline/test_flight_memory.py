"""A flight that goes on with the next batch of a long backlog keeps nothing of the one before."""

from __future__ import annotations

from threading import Event, Semaphore
from typing import TYPE_CHECKING

from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.states import Step, Target
from alpha_swarm.pipeline.effects.flights import MOST_ALIKE, Flights
from tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    import pytest

    from alpha_swarm.pipeline.effects.effect import Effect
    from tests.integration.world import World


class Followed:
    """In place of what does batches: notes which effect each is done by, and holds up the first ones."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.begun = Semaphore(0)
        self.go = Event()

    def run_due(self, effect: Effect) -> None:
        """One batch."""
        self.effects.append(effect)
        self.begun.release()
        assert self.go.wait(PATIENCE_SECONDS)


def test_each_batch_of_a_flight_has_an_effect_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An effect remembers the leads of its batch, so one that went on would hold the whole backlog."""
    followed, step = Followed(), Step.sync(Target.GHL)
    monkeypatch.setattr(world.app, "flights", Flights(SystemClock(), patience=0.01))
    monkeypatch.setitem(world.app.__dict__, "_effects", followed)
    for _ in range(MOST_ALIKE + 1):
        world.app.follow(step, [])
    followed.go.set()
    assert all(followed.begun.acquire(timeout=PATIENCE_SECONDS) for _ in range(MOST_ALIKE + 1))
    assert world.app.flights.land(10)
    assert len(set(map(id, followed.effects))) == MOST_ALIKE + 1
