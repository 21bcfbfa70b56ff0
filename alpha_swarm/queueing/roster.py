"""Who works on which queue, as Redis has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer

from alpha_swarm.errors import NotReadyError
from alpha_swarm.queueing.job import HintJob

if TYPE_CHECKING:
    from redis import Redis


def roster(connection: Redis) -> list[dict[str, Any]]:
    """``{name, queues, state, seen_at}`` of each worker that showed itself of late, by queue and name.

    Raises:
        NotReadyError: Redis cannot be reached.
    """
    try:
        found = Worker.all(connection=connection, job_class=HintJob, serializer=JSONSerializer)
        rows = [
            {
                "name": worker.name,
                "queues": worker.queue_names(),
                "state": worker.get_state(),
                "seen_at": worker.last_heartbeat,
            }
            for worker in found
        ]
    except RedisError as error:
        raise NotReadyError("Redis cannot be reached: check REDIS_URL and that it runs") from error
    return sorted(rows, key=lambda row: (row["queues"], row["name"]))
