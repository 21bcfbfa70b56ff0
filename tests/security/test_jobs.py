"""Whoever can write to Redis runs nothing of his own, calls nobody, and reads nothing of anybody."""

from __future__ import annotations

import pickle  # noqa: TID251 - to show that nobody reads it
import zlib
from typing import TYPE_CHECKING, Any

from rq import Queue, Webhook
from rq.serializers import JSONSerializer

from alpha_swarm.domain.states import Step
from alpha_swarm.queueing.hints import RqHints
from alpha_swarm.queueing.job import FAILURE_TTL, HintJob
from tests.integration.parts import BATCHES, running
from tests.scripted_server import scripted_server

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis

    from alpha_swarm.coordination.embedded import EmbeddedServer


class Trap:
    """Runs when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        """Write a file."""
        return (open, (str(self.path), "w"))


def test_a_pickled_job_is_dropped_unread(server: EmbeddedServer, connection: Redis, tmp_path: Path) -> None:
    """It is never unpickled, and the next one is performed."""
    trace = tmp_path / "trace"
    job = HintJob.create("jobs.ingest.submit", args=([],), connection=connection, id="forged")
    job.save()
    connection.hset(job.key, "data", zlib.compress(pickle.dumps(Trap(trace))))
    connection.rpush("rq:queue:ingest", "forged")
    with running(server.url, "ingest", tmp_path) as ingest:
        RqHints(connection, BATCHES).send({Step.INGEST: ["next"]})
        ingest.noted("ingest next")
        assert ingest.notes == ["ingest next"]
        assert "job_unreadable" in ingest.log
    assert not trace.exists()
    pickle.loads(pickle.dumps(Trap(trace))).close()  # noqa: S301 - so the trap would have shut
    assert trace.exists()


def test_webhooks_of_a_forged_job_are_not_sent(
    server: EmbeddedServer, connection: Redis, tmp_path: Path
) -> None:
    """RQ would post to any address, whether the job ends well or not."""
    with scripted_server() as canary, running(server.url, "ingest", tmp_path) as ingest:
        queue = Queue("ingest", connection=connection, serializer=JSONSerializer)
        hooks = [Webhook(f"{canary.url}/{status}", status) for status in ("finished", "failed")]
        for argument in ("forged", "fail=forged"):
            queue.enqueue("jobs.ingest.submit", args=([argument],), webhooks=hooks)
        RqHints(connection, BATCHES).send({Step.INGEST: ["next"]})
        ingest.noted("ingest next")
        assert "ingest forged" in ingest.notes
    assert canary.asked == []


def test_a_job_holds_ids_alone_and_is_soon_forgotten(hints: RqHints, connection: Redis) -> None:
    """What it is called names none of them; one that dies with its worker is gone within ten minutes."""
    hints.spread({Step.SYNC_GHL: ["lead-1"], Step.INGEST: ["lead-2"]})
    jobs = [
        job
        for name in ("sync-ghl", "ingest")
        for job in Queue(name, connection=connection, job_class=HintJob, serializer=JSONSerializer).get_jobs()
    ]
    assert [job.args for job in jobs] == [["ghl", ["lead-1"]], [["lead-2"]]]
    assert [job.description for job in jobs] == ["sync 1 leads", "submit 1 leads"]
    assert {(job.result_ttl, job.failure_ttl) for job in jobs} == {(0, FAILURE_TTL)}
    assert FAILURE_TTL <= 600
    raw: list[Any] = [connection.hgetall(job.key) for job in jobs]
    assert not any(b"lead-" in value for fields in raw for key, value in fields.items() if key != b"data")
