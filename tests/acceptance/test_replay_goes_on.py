"""A replay outlives the terminal that began it, and everything else that dies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.states import Step
from tests.acceptance.books import check_books
from tests.acceptance.installation import Installation, installation
from tests.integration.pipeline.replaying import give_up
from tests.integration.world import World

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 60


def give_all_up(system: Installation) -> None:
    """Before anything runs."""
    world = World(system.sandbox, build(load_settings(system.environ, None), holder="test"))
    give_up(world, world.people(PEOPLE), Step.INGEST)
    world.close()


def replay(system: Installation) -> dict[str, Any]:
    """The only one."""
    (one,) = system.ask("dlq", "replays")["replays"]
    found: dict[str, Any] = one
    return found


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_replay_goes_on_after_everything_was_killed(tmp_path: Path) -> None:
    """With the queues' server, which forgets all it had."""
    with installation(tmp_path) as system:
        give_all_up(system)
        plan = system.ask("dlq", "plan")
        assert plan["runs"] == PEOPLE
        assert system.ask("dlq", "apply", plan["hash"], "--no-wait")["state"] == "canary"
        system.start()
        system.wait_for(lambda status: status["leads"]["dead"] < PEOPLE)
        assert system.up is not None
        system.up.kill()
        system.up.wait()
        assert replay(system)["begun"] < PEOPLE
        system.start()
        status = system.wait_for(
            lambda status: bool(status["settled"]) and not status["leads"]["dead"], 300.0
        )
        system.wait_for(lambda _: replay(system)["state"] == "done")
        assert replay(system)["done"] == PEOPLE
        check_books(system, status, PEOPLE)
