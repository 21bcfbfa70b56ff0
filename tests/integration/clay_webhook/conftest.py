"""Two lanes, a book of them, and Clay's side."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.webhook import ClayWebhook
from alpha_swarm.connectors.clay.webhook_settings import WebhookConfig
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ports.lanes import LaneAddress
from tests.doubles import NoGate, ShutGate
from tests.integration.ledger.actors import config
from tests.scripted_server import ScriptedServer, scripted_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


from tests.integration.clay_webhook.sending import (
    KEY,
    MAIN,
    OK,
    SPARE,
    Connect,
)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Clay's side, which takes everything unless it is told otherwise."""
    with scripted_server() as server:
        server.answers("POST", MAIN, OK)
        server.answers("POST", SPARE, OK)
        yield server


@pytest.fixture
def ledger(sqlite_template: Path, tmp_path: Path) -> Iterator[SqlLedger]:
    """A ledger of its own."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    ledger = SqlLedger(config(f"sqlite:///{tmp_path / 'ledger.db'}"))
    yield ledger
    ledger.close()


@pytest.fixture
def connect(server: ScriptedServer, ledger: SqlLedger) -> Iterator[Connect]:
    """Connectors of two lanes: ``connect(gate, max_bytes=…)``."""
    opened: list[ClayWebhook] = []

    def begin(gate: NoGate | ShutGate | None = None, url: str | None = None, **more: Any) -> ClayWebhook:
        main = LaneAddress(name="main", url=(url or server.url) + MAIN, token="t0ken")
        both = (main, LaneAddress(name="spare", url=server.url + SPARE))
        settings = WebhookConfig(**{"key": KEY, "lanes": both, **more})
        opened.append(ClayWebhook(settings, gate or NoGate(), ledger.lanes, SystemClock()))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


@pytest.fixture
def clay(connect: Connect) -> ClayWebhook:
    """As the settings are without being set."""
    return connect()
