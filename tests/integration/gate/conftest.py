"""One server for all tests of the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
from tests.integration.gate.virtual import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A client of a server that the tests of a file share."""
    server = EmbeddedServer(tmp_path_factory.mktemp("gate"))
    server.start()
    with connect(server.url) as connection:
        yield connection
    server.stop()


@pytest.fixture
def time(shared: Redis) -> Iterator[VirtualTime]:
    """A time of its own, before which nothing was called."""
    time = VirtualTime(shared)
    yield time
    time.redis.close()
