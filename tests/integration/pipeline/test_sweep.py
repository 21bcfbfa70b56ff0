"""Whatever is due gets its hint, as far as there is room, straight from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.errors import UnavailableError
from alpha_swarm.pipeline.sweep import Sweep
from alpha_swarm.ports.edge import Room

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.integration.world import World


class Queues:
    """Queues with so much room; remembers what was sent."""

    def __init__(self, *rooms: Room, reachable: bool = True) -> None:
        self._rooms = rooms
        self._reachable = reachable
        self.sent: list[str] = []
        self.inboxes = 0

    def rooms(self) -> Sequence[Room]:
        """As told."""
        if not self._reachable:
            raise UnavailableError("Redis cannot be reached")
        return self._rooms

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """Not as the sweep does it: one job for many workers."""
        raise AssertionError(batches)

    def spread(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """Note it down."""
        self.sent += [lead_id for lead_ids in batches.values() for lead_id in lead_ids]

    def inbox(self) -> None:
        """Note it down."""
        self.inboxes += 1


def room(leads: int) -> Room:
    """Room for ingest."""
    return Room(steps=(Step.INGEST,), leads=leads)


def swept(world: World, queues: Queues) -> list[str]:
    """What a round sends."""
    Sweep(world.app.ledger, queues).run()
    return queues.sent


def test_every_round_sends_what_is_due_and_no_more_than_there_is_room_for(world: World) -> None:
    """Nothing is remembered of the round before: what was lost on the way is sent again a round later."""
    lead_ids = world.people(5)
    for _ in range(3):
        assert swept(world, Queues(room(3))) == lead_ids[:3]
    assert swept(world, Queues(room(9))) == lead_ids


def test_what_somebody_has_taken_up_is_not_sent(world: World) -> None:
    lead_ids = world.people(5)
    with world.app.ledger.begin() as tx:
        tx.work.claim(Step.INGEST, lead_ids[:2], 60.0)
    assert swept(world, Queues(room(9))) == lead_ids[2:]


def test_each_queue_is_served_by_its_own_room(world: World) -> None:
    """A full one takes nothing away from another."""
    lead_ids = world.people(2)
    rooms = [Room(steps=(Step.ENRICH, Step.COLLECT), leads=0), room(5)]
    assert swept(world, Queues(*rooms)) == lead_ids


def test_a_full_queue_gets_nothing(world: World) -> None:
    world.people(2)
    assert swept(world, Queues(room(0))) == []


def test_without_queues_nothing_is_lost(world: World) -> None:
    lead_ids = world.people(2)
    assert swept(world, Queues(room(5), reachable=False)) == []
    assert swept(world, Queues(room(5))) == lead_ids


@pytest.mark.parametrize("letters", [0, 2])
def test_waiting_letters_get_one_hint(world: World, letters: int) -> None:
    world.app.receive_webhook([f"letter {number}".encode() for number in range(letters)])
    queues = Queues(room(5))
    swept(world, queues)
    assert queues.inboxes == min(letters, 1)
