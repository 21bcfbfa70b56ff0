"""A sandbox for each test, and the judge before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.contracts import CLAY_PUBLIC, Judge
from tests.contract.routines import close_all
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


@pytest.fixture
def public_judge(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judge]:
    """Before every request to the sandbox's public API; what was connected is closed afterwards."""
    judge = Judge(CLAY_PUBLIC, "https://api.clay.com/public/v0", f"{sandbox.url}/clay/public/v0")
    judge.install(monkeypatch)
    yield judge
    close_all()
