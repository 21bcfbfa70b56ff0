"""The scheduler: periodic jobs and the sweep, with a real server and as a real process."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rq_scheduler import Scheduler

from alpha_swarm.queueing.hints import queue_named
from alpha_swarm.queueing.job import HintJob
from alpha_swarm.queueing.periodic import PERIODIC, Periodic
from alpha_swarm.queueing.schedule import Timetable
from tests.integration.parts import Part, running
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis

    from alpha_swarm.coordination.embedded import EmbeddedServer


def test_the_clock_goes_on_after_flushall(
    scheduler: Part, server: EmbeddedServer, connection: Redis, tmp_path: Path
) -> None:
    with running(server.url, "dlq", tmp_path) as dead_letters:
        for entry in ("tidy", "replay", "advance", "pull"):
            dead_letters.noted(entry)
        connection.flushall()
        for entry in ("tidy", "replay", "advance", "pull"):
            dead_letters.noted(entry, times=2)
    assert scheduler.end() == 0


def test_the_sweep_goes_on_without_redis_and_the_clock_comes_back_with_it(
    scheduler: Part, server: EmbeddedServer, connection: Redis
) -> None:
    wait_until(lambda: connection.zcard("rq:scheduler:scheduled_jobs") == len(PERIODIC))
    assert server.process is not None
    server.process.kill()
    wait_until(lambda: not server.running())
    swept = scheduler.notes.count("sweep")
    scheduler.noted("sweep", times=swept + 3)
    server.start()
    connection.flushall()
    wait_until(lambda: connection.zcard("rq:scheduler:scheduled_jobs") == len(PERIODIC))
    assert scheduler.end() == 0


def test_two_schedulers_fire_once_a_slot(connection: Redis) -> None:
    """Even where one has set the next time before the other has read it."""
    slot = 1_800_000_000
    tables = [
        Timetable(connection, [Periodic("hourly", "jobs.dlq.replay", "dlq", 3600, "replay")])
        for _ in range(2)
    ]
    for table in tables:
        connection.delete("rq:scheduler:scheduled_jobs")
        table.ensure(time.time())
        connection.zadd("rq:scheduler:scheduled_jobs", {"hourly": slot})
        table.fire(slot + 1)
        table.fire(slot + 2)
    assert len(queue_named("dlq", connection)) == 1
    tables[0].fire(slot + 3601)
    assert len(queue_named("dlq", connection)) == 2


def test_a_strange_entry_in_the_timetable_is_taken_out(connection: Redis) -> None:
    table = Timetable(connection)
    Scheduler(connection=connection, job_class=HintJob).schedule(
        datetime.now(UTC), "os.system", args=["true"], id="strange", interval=1, queue_name="dlq"
    )
    table.fire(time.time())
    assert connection.zscore("rq:scheduler:scheduled_jobs", "strange") is None
    assert len(queue_named("dlq", connection)) == 0
