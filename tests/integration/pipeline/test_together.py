"""Several workers at once, with webhooks coming in between: nobody waits for ever, nothing is done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.pipeline import books
from tests.integration.together import in_threads
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


def work(world: World) -> None:
    """Until nothing is on its way; what is due later is waited for, as the others are in the middle of it."""
    wait_until(lambda: not world.step() and world.app.status()["settled"])


def announce(world: World) -> None:
    """Send every finished row's webhook as soon as it is seen, over and over, until all leads rest."""
    while not world.app.status()["settled"]:
        bodies = [world.webhook(row) for row in world.rows() if "credits_used" in row]
        world.app.receive_webhook(bodies[::-1])
        world.app.read_inbox()


def test_workers_and_webhooks_at_once_keep_the_books_right(install: Callable[..., World]) -> None:
    worlds = [install(HOLDER=f"worker-{number}") for number in range(3)]
    door = install(HOLDER="door")
    door.people(60)
    in_threads(lambda act, world: act(world), [*((work, world) for world in worlds), (announce, door)])
    books.check(door)
