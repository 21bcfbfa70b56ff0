"""A Redis that hangs or is gone holds up nobody who does not need it."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import RedisError

from alpha_swarm.coordination.connection import ANSWER_SECONDS, connect
from alpha_swarm.domain.states import Step
from alpha_swarm.queueing.aside import MOST_WAITING, Aside
from alpha_swarm.queueing.hints import RqHints
from alpha_swarm.queueing.worker import outlast
from tests.integration.parts import BATCHES
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from redis import Redis

    from alpha_swarm.coordination.embedded import EmbeddedServer


def test_hints_given_aside_are_sent(hints: RqHints, connection: Redis) -> None:
    Aside(hints).send({Step.INGEST: ["lead"]})
    wait_until(lambda: connection.llen("rq:queue:ingest") == 1)


def test_a_hint_that_fails_in_an_unforeseen_way_is_not_the_last(hints: RqHints, connection: Redis) -> None:
    aside = Aside(hints)
    aside.send(None)  # type: ignore[arg-type]  # what nobody foresaw
    aside.send({Step.INGEST: ["lead"]})
    wait_until(lambda: connection.llen("rq:queue:ingest") == 1)


def test_whoever_gives_a_hint_does_not_wait_for_a_redis_that_hangs(server: EmbeddedServer) -> None:
    """Also when more hints wait than are kept."""
    assert server.process is not None
    with connect(server.url) as hanging:
        server.process.send_signal(signal.SIGSTOP)
        try:
            aside = Aside(RqHints(hanging, BATCHES))
            started = time.monotonic()
            for _ in range(2 * MOST_WAITING):
                aside.send({Step.INGEST: ["lead"]})
            assert time.monotonic() - started < ANSWER_SECONDS, "one that waits would wait for each of them"
        finally:
            server.process.send_signal(signal.SIGCONT)


def test_a_worker_without_redis_waits_until_it_is_back(server: EmbeddedServer) -> None:
    """And not for ever."""
    with connect(server.url) as connection:
        server.stop()
        with pytest.raises(RedisError):
            connection.ping()
        waiting = threading.Thread(target=outlast, args=(connection,))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        server.start()
        waiting.join(PATIENCE_SECONDS)
        assert not waiting.is_alive()
        server.stop()
        outlast(connection, seconds=0.1)
