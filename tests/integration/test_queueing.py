"""Hints, the workers that follow them and the clock, with a real server and real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from rq import Callback, Queue
from rq.serializers import JSONSerializer
from rq_scheduler import Scheduler

from alpha_swarm.coordination.connection import connect
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import UnavailableError
from alpha_swarm.queueing.hints import MOST_IDS, RqHints, queue_named
from alpha_swarm.queueing.job import HintJob
from alpha_swarm.queueing.schedule import Periodic, Timetable
from tests.integration.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redis import Redis
    from rq.job import Job

    from alpha_swarm.coordination.embedded import EmbeddedServer

BATCHES = {
    Step.INGEST: 50,
    Step.ENRICH: 25,
    Step.COLLECT: 100,
    Step.WRITE_BACK: 100,
    Step.SYNC_GHL: 50,
    Step.SYNC_INSTANTLY: 100,
}
IDS = [f"lead{number}" for number in range(30_000)]


@pytest.fixture
def hints(connection: Redis) -> RqHints:
    """Hints of an installation with two CRMs."""
    return RqHints(connection, BATCHES)


class Part:
    """A running worker or scheduler and its notes."""

    def __init__(self, process: subprocess.Popen[bytes], notes: Path, log: Path) -> None:
        self.process = process
        self._notes = notes
        self._log = log

    @property
    def notes(self) -> list[str]:
        """What its application was asked."""
        return self._notes.read_text().splitlines() if self._notes.exists() else []

    @property
    def log(self) -> str:
        """What it said."""
        return self._log.read_text()

    def noted(self, line: str, times: int = 1) -> None:
        """Wait until it was asked that."""
        wait_until(lambda: self.notes.count(line) >= times)

    def end(self, signum: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(signum)
        return self.process.wait(timeout=30)


@contextmanager
def running(url: str, queue: str, folder: Path) -> Iterator[Part]:
    """A part as a process of its own."""
    folder.mkdir(exist_ok=True)
    notes, log = folder / f"{queue}.notes", folder / f"{queue}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - the test's own program
            [sys.executable, "-m", "tests.integration.hint_process", url, queue, str(notes)],
            stdout=file,
            stderr=file,
        )
    try:
        yield Part(process, notes, log)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def ingest(server: EmbeddedServer, tmp_path: Path) -> Iterator[Part]:
    """A worker of the queue ``ingest``."""
    with running(server.url, "ingest", tmp_path) as part:
        yield part


@pytest.fixture
def scheduler(server: EmbeddedServer, tmp_path: Path) -> Iterator[Part]:
    """The scheduler."""
    with running(server.url, "scheduler", tmp_path) as part:
        yield part


def ids_in(connection: Redis) -> int:
    """How many lead ids lie in all queues."""
    names = ("ingest", "enrich", "sync-ghl", "sync-instantly")
    return sum(len(job.args[-1]) for name in names for job in queue_named(name, connection).get_jobs())


def test_ids_are_cut_into_jobs_whose_description_holds_none(hints: RqHints, connection: Redis) -> None:
    hints.send({Step.INGEST: IDS[:120], Step.SYNC_GHL: IDS[:10]})
    jobs = queue_named("ingest", connection).get_jobs()
    assert [len(job.args[0]) for job in jobs] == [50, 50, 20]
    assert [job.description for job in jobs] == ["submit 50 leads", "submit 50 leads", "submit 20 leads"]
    assert queue_named("sync-ghl", connection).get_jobs()[0].args == ["ghl", IDS[:10]]
    assert hints.depths() == {"ingest": 3, "enrich": 0, "sync-ghl": 1, "sync-instantly": 0, "dlq": 0}


def test_whatever_the_backlog_ten_thousand_ids_lie_in_redis_at_most(
    hints: RqHints, connection: Redis
) -> None:
    for _ in range(3):
        hints.send(dict.fromkeys(BATCHES, IDS))
    assert MOST_IDS / 2 < ids_in(connection) <= MOST_IDS


def test_what_a_room_promises_finds_room(hints: RqHints, connection: Redis) -> None:
    """Spread over the steps of a queue in the worst way, every id is taken."""
    rooms = hints.rooms()
    for room in rooms:
        share = room.leads // len(room.steps) + 1
        hints.send(
            {step: IDS[at * share : (at + 1) * share][: room.leads] for at, step in enumerate(room.steps)}
        )
    assert ids_in(connection) >= sum(room.leads for room in rooms)
    assert not any(room.empty for room in hints.rooms())


def test_without_redis_sending_is_silent_and_depths_are_not_known() -> None:
    hints = RqHints(connect("unix:///nowhere"), BATCHES)
    hints.send({Step.INGEST: ["one"]})
    hints.inbox()
    hints.inbox_seen()
    for ask in (hints.depths, hints.rooms):
        with pytest.raises(UnavailableError):
            ask()


def test_the_inbox_is_hinted_at_once_until_its_job_begins(hints: RqHints) -> None:
    hints.inbox()
    hints.inbox()
    assert hints.depths()["enrich"] == 1
    hints.inbox_seen()
    hints.inbox()
    assert hints.depths()["enrich"] == 2


def test_a_worker_performs_its_jobs_and_leaves_nothing_of_them(
    ingest: Part, hints: RqHints, connection: Redis
) -> None:
    hints.send({Step.INGEST: IDS[:60]})
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
    assert "job dropped" in ingest.log
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


def test_without_redis_a_worker_ends_with_one_line(
    ingest: Part, hints: RqHints, server: EmbeddedServer
) -> None:
    hints.send({Step.INGEST: ["one"]})
    ingest.noted("ingest one")
    assert server.process is not None
    server.process.kill()
    assert ingest.process.wait(timeout=30) == 1
    assert len(ingest.log.splitlines()) == 1


def test_a_worker_goes_on_after_flushall(ingest: Part, hints: RqHints, connection: Redis) -> None:
    hints.send({Step.INGEST: ["before"]})
    ingest.noted("ingest before")
    connection.flushall()
    hints.send({Step.INGEST: ["after"]})
    ingest.noted("ingest after")
    wait_until(lambda: connection.smembers("rq:workers:ingest") == {b"rq:worker:test-ingest"})
    assert connection.hget("rq:worker:test-ingest", "queues") == b"ingest"


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
    entry = connection.zrange(started, 0, -1)[0]
    connection.zadd(started, {entry: 1}, xx=True)  # long ago
    with running(server.url, "ingest", tmp_path / "again"):
        wait_until(lambda: not connection.keys("rq:job:*") and not connection.exists(started))
    assert not connection.keys("rq:failed:*")


def test_the_clock_goes_on_after_flushall(
    scheduler: Part, server: EmbeddedServer, connection: Redis, tmp_path: Path
) -> None:
    with running(server.url, "dlq", tmp_path) as dead_letters:
        dead_letters.noted("tidy")
        dead_letters.noted("replay")
        connection.flushall()
        dead_letters.noted("tidy", times=2)
        dead_letters.noted("replay", times=2)
    assert scheduler.end() == 0


def test_the_sweep_goes_on_without_redis_and_the_clock_comes_back_with_it(
    scheduler: Part, server: EmbeddedServer, connection: Redis
) -> None:
    wait_until(lambda: connection.zcard("rq:scheduler:scheduled_jobs") == 2)
    assert server.process is not None
    server.process.kill()
    wait_until(lambda: not server.running())
    swept = scheduler.notes.count("sweep")
    scheduler.noted("sweep", times=swept + 3)
    server.start()
    connection.flushall()
    wait_until(lambda: connection.zcard("rq:scheduler:scheduled_jobs") == 2)
    assert scheduler.end() == 0


def test_two_schedulers_fire_once_a_slot(connection: Redis) -> None:
    """Even where one has set the next time before the other has read it."""
    slot = 1_800_000_000
    tables = [Timetable(connection, [Periodic("hourly", "jobs.dlq.replay", "dlq", 3600)]) for _ in range(2)]
    for table in tables:
        connection.delete("rq:scheduler:scheduled_jobs")
        table.ensure()
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
