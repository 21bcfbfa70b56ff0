"""Workers with a real server and as real processes: jobs, forgeries, signals and losses."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, cast

import pytest
from rq import Callback, Queue
from rq.serializers import JSONSerializer

from alpha_swarm.domain.states import Step
from alpha_swarm.queueing.hints import RqHints, queue_named
from tests.integration.parts import Part, running
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis
    from rq.job import Job

    from alpha_swarm.coordination.embedded import EmbeddedServer

pytestmark = pytest.mark.acceptance

IDS = [f"lead{number}" for number in range(60)]


def test_a_worker_performs_its_jobs_and_leaves_nothing_of_them(
    ingest: Part, hints: RqHints, connection: Redis
) -> None:
    hints.spread({Step.INGEST: IDS[:60]})
    ingest.noted("ingest " + " ".join(IDS[50:60]))
    assert ingest.notes[0] == "ingest " + " ".join(IDS[:50])
    wait_until(lambda: not connection.keys("rq:job:*") and not connection.keys("rq:wip:*"))
    assert ingest.end() == 0


def test_a_job_that_fails_is_logged_without_its_text_and_the_next_is_performed(
    ingest: Part, hints: RqHints, connection: Redis
) -> None:
    hints.send({Step.INGEST: ["fail=Zaphod Beeblebrox"]})
    hints.send({Step.INGEST: ["next"]})
    ingest.noted("ingest next")
    assert "ValueError" in ingest.log
    assert "Zaphod" not in ingest.log
    wait_until(lambda: not connection.keys("rq:job:*"))
    assert not connection.keys("rq:failed:*")


def forge(connection: Redis, function: str, *arguments: object) -> Job:
    """A job as anybody who can write to Redis could put it there, with callbacks that would print."""
    queue = Queue("ingest", connection=connection, serializer=JSONSerializer)
    shout = Callback("builtins.print")
    return queue.enqueue(function, args=arguments, on_success=shout, on_failure=shout, job_timeout=-1)


@pytest.mark.parametrize(
    ("function", "argument"), [("os.system", "touch {}"), ("builtins.open", "{}"), ("os.mkdir", "{}")]
)
def test_a_forged_job_is_dropped_with_a_verdict(
    ingest: Part, hints: RqHints, connection: Redis, tmp_path: Path, function: str, argument: str
) -> None:
    trace = tmp_path / "trace"
    forge(connection, function, argument.format(trace), *(["w"] if function == "builtins.open" else []))
    hints.send({Step.INGEST: ["next"]})
    ingest.noted("ingest next")
    assert not trace.exists()
    assert "job_forbidden" in ingest.log
    wait_until(lambda: not connection.keys("rq:job:*"))


def test_callbacks_of_a_forged_job_are_not_called(ingest: Part, hints: RqHints, connection: Redis) -> None:
    forge(connection, "jobs.ingest.submit", ["forged"])
    forge(connection, "jobs.ingest.submit", ["fail=forged"])
    hints.send({Step.INGEST: ["next"]})
    ingest.noted("ingest next")
    assert "ingest forged" in ingest.notes
    assert "redis.client" not in ingest.log


@pytest.mark.parametrize(
    "fields",
    [{}, {"data": b"no json"}, {"data": b"[1]"}, {"data": b"[null, null, [], {}]", "timeout": "soon"}],
)
def test_what_is_no_job_is_skipped(
    ingest: Part, hints: RqHints, connection: Redis, fields: dict[str, str | bytes]
) -> None:
    for name in ("plain", "not an id!"):
        if fields:
            connection.hset(f"rq:job:{name}", mapping=cast("Any", fields))
        connection.rpush("rq:queue:ingest", name)
    hints.send({Step.INGEST: ["next"]})
    ingest.noted("ingest next")
    assert ingest.process.poll() is None


def test_an_idle_worker_ends_at_once(ingest: Part, hints: RqHints) -> None:
    hints.send({Step.INGEST: ["one"]})
    ingest.noted("ingest one")
    assert ingest.end() == 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_running_job_is_ended_first(ingest: Part, hints: RqHints, signum: signal.Signals) -> None:
    hints.send({Step.INGEST: ["sleep=0.5"]})
    ingest.noted("ingest sleep=0.5")
    assert ingest.end(signum) == 0
    assert "slept" in ingest.notes


def test_a_job_that_takes_too_long_is_interrupted(ingest: Part, hints: RqHints) -> None:
    hints.send({Step.INGEST: ["sleep=60"]})
    ingest.noted("ingest sleep=60")
    assert ingest.end() == 0
    assert "JobTimeoutException" in ingest.log
    assert "slept" not in ingest.notes


def test_a_job_that_heeds_no_interruption_ends_with_the_process(ingest: Part, hints: RqHints) -> None:
    hints.send({Step.INGEST: ["stubborn"]})
    ingest.noted("ingest stubborn")
    assert ingest.end() == 0
    assert "swallowed" in ingest.notes


def test_without_redis_a_worker_waits_with_one_line_and_starts_anew_when_it_is_back(
    ingest: Part, hints: RqHints, server: EmbeddedServer
) -> None:
    hints.send({Step.INGEST: ["one"]})
    ingest.noted("ingest one")
    assert server.process is not None
    server.process.kill()
    wait_until(lambda: "worker_waits_for_redis" in ingest.log)
    server.start()
    assert ingest.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert ingest.log.count("worker_waits_for_redis") == 1


def test_a_worker_goes_on_after_flushall(ingest: Part, hints: RqHints, connection: Redis) -> None:
    hints.send({Step.INGEST: ["before"]})
    ingest.noted("ingest before")
    connection.flushall()
    hints.send({Step.INGEST: ["after"]})
    ingest.noted("ingest after")
    worker = f"rq:worker:ingest-{ingest.process.pid}"
    wait_until(lambda: connection.smembers("rq:workers:ingest") == {worker.encode()})
    assert connection.hget(worker, "queues") == b"ingest"


def test_flushall_during_a_job_does_no_harm(ingest: Part, hints: RqHints, connection: Redis) -> None:
    hints.send({Step.INGEST: ["sleep=0.5"]})
    ingest.noted("ingest sleep=0.5")
    connection.flushall()
    hints.send({Step.INGEST: ["after"]})
    ingest.noted("ingest after")
    wait_until(lambda: not connection.keys("rq:job:*"))
    assert ingest.end() == 0


def test_what_a_killed_worker_left_in_redis_is_cleared_away(
    ingest: Part, hints: RqHints, server: EmbeddedServer, connection: Redis, tmp_path: Path
) -> None:
    hints.send({Step.INGEST: ["sleep=60"]})
    ingest.noted("ingest sleep=60")
    ingest.end(signal.SIGKILL)
    started = queue_named("ingest", connection).started_job_registry.key
    entries: Any = connection.zrange(started, 0, -1)
    connection.zadd(started, dict.fromkeys(entries, 1), xx=True)  # long ago
    with running(server.url, "ingest", tmp_path / "again"):
        wait_until(lambda: not connection.keys("rq:job:*") and not connection.exists(started))
    assert not connection.keys("rq:failed:*")
