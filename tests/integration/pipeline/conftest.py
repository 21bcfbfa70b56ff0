"""One sandbox for all tests, emptied before each; an installation of its own for each."""

from __future__ import annotations

import zlib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from alpha_swarm.api.server import create_app
from alpha_swarm.inbound.slack import PATH
from alpha_swarm.sandbox.server import running
from tests.integration.api_door import served
from tests.integration.databases import server_url
from tests.integration.pipeline.asking import NEXT, SECRET
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.world import World

_KINDS = ("sqlite", "postgresql")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With PostgreSQL at hand each test is run on one database, by turns; long: on the other one."""
    here = Path(__file__).parent
    for item in items if server_url() else ():
        if isinstance(item, pytest.Function) and here in item.path.parents:
            kind = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
            others = item.nodeid.replace(str(kind), "")
            if kind and kind != _KINDS[zlib.crc32(others.encode()) % len(_KINDS)]:
                item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[str]:
    with running(QUIET) as url:
        yield url


@pytest.fixture
def sandbox(_sandbox: str) -> str:
    """An empty sandbox that is fast and sends no webhooks; its address."""
    with requests.Session() as session:
        session.post(f"{_sandbox}/_sandbox/reset", timeout=10).raise_for_status()
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
