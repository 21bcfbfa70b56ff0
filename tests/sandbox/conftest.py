"""One sandbox for most tests, emptied before each; a sandbox of its own where the settings matter."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.sandbox.client import Client
from tests.sandbox.records import QUIET_COLUMN

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_QUIET: dict[str, Any] = {
    "enrich_seconds": (0.01, 0.05),
    "limits": False,
    "webhook_duplicate": 0.0,
    "webhook_lost": 0.0,
    "webhook_partial": 0.0,
    "webhook_shuffled": False,
    "column": QUIET_COLUMN,
}


@pytest.fixture(scope="session")
def _shared() -> Generator[Client]:
    with running(SandboxSettings(**_QUIET)) as base:
        client = Client(base)
        yield client
        client.session.close()


@pytest.fixture
def sandbox(_shared: Client) -> Client:
    """An empty sandbox that is fast, without limits and without faults."""
    _shared.admin("POST", "/reset")
    return _shared


@pytest.fixture
def start() -> Generator[Callable[..., Client]]:
    """Starts a sandbox with settings of its own."""
    with ExitStack() as stack:

        def begin(**settings: Any) -> Client:
            client = Client(stack.enter_context(running(SandboxSettings(**(_QUIET | settings)))))
            stack.callback(client.session.close)
            return client

        yield begin
