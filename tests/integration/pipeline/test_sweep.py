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
        """Note it down."""
        self.sent += [lead_id for lead_ids in batches.values() for lead_id in lead_ids]

    send_ahead = send

    def inbox(self) -> None:
        """Note it down."""
        self.inboxes += 1


def room(leads: int, *, empty: bool = False) -> Room:
    """Room for ingest."""
    return Room(steps=(Step.INGEST,), leads=leads, empty=empty)


def swept(world: World, queues: Queues) -> list[str]:
    """What a round sends."""
    Sweep(world.app.ledger, queues).run()
    return queues.sent


def test_it_sends_what_is_due_and_no_more_than_there_is_room_for(world: World) -> None:
    lead_ids = world.people(5)
    assert swept(world, Queues(room(3))) == lead_ids[:3]
    assert swept(world, Queues(room(3))) == lead_ids[3:]
    assert swept(world, Queues(room(3))) == []


def test_an_empty_queue_has_lost_its_hints(world: World) -> None:
    lead_ids = world.people(2)
    swept(world, Queues(room(5)))
    assert swept(world, Queues(room(5))) == []
    assert swept(world, Queues(room(5, empty=True))) == lead_ids


def test_a_full_queue_gets_nothing(world: World) -> None:
    world.people(2)
    assert swept(world, Queues(room(0))) == []


def test_without_queues_no_hint_is_used_up(world: World) -> None:
    lead_ids = world.people(2)
    assert swept(world, Queues(room(5), reachable=False)) == []
    assert swept(world, Queues(room(5))) == lead_ids


@pytest.mark.parametrize("letters", [0, 2])
def test_waiting_letters_get_one_hint(world: World, letters: int) -> None:
    world.app.receive_webhook([f"letter {number}".encode() for number in range(letters)])
    queues = Queues(room(5))
    swept(world, queues)
    assert queues.inboxes == min(letters, 1)
