"""A sandbox for each test, and the judge before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[str]:
    """The base URL of a sandbox without limits, on a free port."""
    settings = SandboxSettings(enrich_seconds=(0.0, 0.0), limits=False)
    with running(settings) as url:
        yield url


@pytest.fixture
def sandbox(sandbox_server: str) -> Iterator[Sandbox]:
    """The sandbox, empty at the start."""
    control = Sandbox(sandbox_server)
    control.reset()
    yield control
    control.close()
