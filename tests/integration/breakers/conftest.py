"""One server for all these tests; each test has a target of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.breaker import KEY, inaugurate_breakers
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
from tests.doubles import StillClock
from tests.integration.breakers.subject import Subject, VirtualBreakers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server."""
    server = EmbeddedServer(tmp_path_factory.mktemp("breakers"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shared(embedded: EmbeddedServer) -> Iterator[Redis]:
    """A client of it, as on the first day."""
    with connect(embedded.url) as connection:
        connection.delete(KEY)
        inaugurate_breakers(connection)
        yield connection


@pytest.fixture
def clock() -> StillClock:
    """Stands still."""
    return StillClock()


@pytest.fixture
def breakers(shared: Redis, clock: StillClock) -> VirtualBreakers:
    """Breakers by this clock."""
    return VirtualBreakers(shared, clock)


@pytest.fixture
def subject(breakers: VirtualBreakers, clock: StillClock) -> Subject:
    """A target that was never called."""
    return Subject(breakers, clock)
