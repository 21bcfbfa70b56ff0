"""Guarantee: however many processes call, no window of the other side's own log holds more than the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.coordination.scripts import SINCE
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.proof.clocks.watchface import Watchface, libfaketime
from tests.integration.gate.crowd import Crowd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redis import Redis

pytestmark = pytest.mark.acceptance


@pytest.fixture
def server_clock(tmp_path: Path) -> Watchface:
    """What the server takes for the time, where libfaketime is there."""
    clock = Watchface(tmp_path, "server")
    clock.show(0)
    return clock


@pytest.fixture
def redis(tmp_path: Path, server_clock: Watchface, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A server whose clock can be set."""
    server = EmbeddedServer(tmp_path)
    with monkeypatch.context() as patch:
        for name, value in server_clock.environ(libfaketime()).items():
            patch.setenv(name, value)
        server.start()
    with connect(server.url) as connection:
        yield connection
    server.stop()


def address(redis: Redis) -> str:
    """Where the server listens."""
    return f"unix://{redis.connection_pool.connection_kwargs['path']}"


@pytest.mark.parametrize(
    ("calls", "limit", "share"),
    [
        # Beside three other tests on two cores it has about half of the processor.
        pytest.param(4_000, Limit(300, 2), 0.4, id="4000"),
        pytest.param(20_000, Limit(1200, 4), 0.9, id="20000", marks=pytest.mark.long),
    ],
)
def test_sixteen_processes_keep_a_limit_through_flushall_and_clocks_that_are_set(
    tmp_path: Path, redis: Redis, server_clock: Watchface, calls: int, limit: Limit, share: float
) -> None:
    """And use it where nothing befalls them; a twentieth of so short a window is the allowance."""
    if libfaketime() is None:
        pytest.skip("libfaketime is not installed: the server's clock cannot be set")
    with Crowd(tmp_path, address(redis), limit, calls) as crowd:
        crowd.when(0.12, lambda: crowd.clock.show(-3600), disturbs=False)
        crowd.when(0.25, redis.flushall)
        crowd.when(0.5, lambda: server_clock.show(30))
        crowd.when(0.75, lambda: server_clock.show(-30))
        crowd.when(0.9, lambda: crowd.clock.show(3600), disturbs=False)
        outcome = crowd.outcome()
    print(f"{len(outcome.arrivals)} calls, at most {outcome.most} a window, {outcome.used:.1%} used")  # noqa: T201 - the measurement
    assert len(outcome.arrivals) == calls
    assert outcome.most <= limit.amount
    assert outcome.used >= share


def test_a_limiter_of_each_process_would_be_found(tmp_path: Path, redis: Redis) -> None:
    """The same trial, with a log for each process."""
    with Crowd(tmp_path, address(redis), Limit(50, 1), 1_600, together=False) as crowd:
        assert crowd.outcome().most > 50


@pytest.mark.long
def test_a_log_that_begins_anew_with_nothing_taken_would_be_found(tmp_path: Path, redis: Redis) -> None:
    """The same trial, with a loss that nobody notices."""

    def lose_unnoticed() -> None:
        # At once, or one of sixteen processes notices between the two.
        with redis.pipeline(transaction=True) as both:
            both.flushall()
            both.set(SINCE, 0)
            both.execute()

    with Crowd(tmp_path, address(redis), Limit(400, 2), 1_600) as crowd:
        crowd.when(0.24, lose_unnoticed)
        assert crowd.outcome().most > 400
