"""One sandbox for all tests, emptied before each; an installation of its own for each."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import requests

from alpha_swarm.api.server import create_app
from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.inbound.slack import PATH
from alpha_swarm.sandbox.server import running
from tests.integration.api_door import served
from tests.integration.pipeline.asking import NEXT, SECRET
from tests.integration.pipeline.rights_world import Sides, with_sides
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.world import World


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[str]:
    with running(QUIET) as url:
        yield url


@pytest.fixture
def sandbox(_sandbox: str) -> str:
    """An empty sandbox that is fast and sends no webhooks; its address."""
    with requests.Session() as session:
        session.post(f"{_sandbox}/_sandbox/reset", timeout=60).raise_for_status()
    return _sandbox


@pytest.fixture
def install(sandbox: str, database_url: str, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Starts the application on the same ledger as another process would, with settings of its own."""
    with ExitStack() as stack:
        yield lambda **environ: stack.enter_context(installed(tmp_path, sandbox, database_url, **environ))


@pytest.fixture
def world(install: Callable[..., World]) -> World:
    """An installation with two CRMs that asks for its results."""
    return install()


@pytest.fixture
def start_bot(install: Callable[..., World], sandbox: str) -> Callable[..., World]:
    """Starts an installation with a bot; six leads are in GoHighLevel."""

    def begin(**more: str) -> World:
        world = install(
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_CHANNEL="C1",
            SLACK_API_BASE_URL=f"{sandbox}/slack/api",
            SLACK_SIGNING_SECRET=f"{NEXT},{SECRET}",
            SYNC_TARGETS="ghl",
            **more,
        )
        world.people(6)
        world.settle()
        world.app.notify()
        return world

    return begin


@pytest.fixture
def asking(start_bot: Callable[..., World]) -> World:
    """One that can ask."""
    return start_bot()


@pytest.fixture
def answers_door(asking: World) -> Iterator[str]:
    """Where Slack tells of answers."""
    with served(create_app(asking.app)) as url:
        yield url + PATH


@pytest.fixture
def sides(world: World, tmp_path: Path) -> Sides:
    """Clay and two CRMs that forget."""
    return with_sides(world, HomeList(tmp_path))
