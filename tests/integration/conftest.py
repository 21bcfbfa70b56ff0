"""An embedded Redis for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redis import Redis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """The server of a new installation."""
    server = EmbeddedServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connection(server: EmbeddedServer) -> Iterator[Redis]:
    """A client of it."""
    with connect(server.url) as connection:
        yield connection
