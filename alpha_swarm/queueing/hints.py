"""Hints on RQ queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from alpha_swarm.errors import NotReadyError
from alpha_swarm.ports.edge import Room
from alpha_swarm.queueing.job import FAILURE_TTL, TIMEOUT, TTL, HintJob
from alpha_swarm.queueing.queues import DEAD_LETTERS, ENRICH, READ_INBOX, ROUTES, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from redis import Redis
    from rq.queue import EnqueueData

    from alpha_swarm.domain.states import Step

log = structlog.get_logger(__name__)

#: Lead ids that lie in Redis at most, whatever the backlog in the ledger; each queue has an equal share.
MOST_IDS = 10_000

#: While this key lives, a job that reads the inbox is waiting.
INBOX_MARKER = "alpha-swarm:inbox-hinted"
INBOX_MARKER_SECONDS = 10


def queue_named(name: str, connection: Redis) -> Queue:
    """A queue of our kind of jobs."""
    return Queue(name, connection=connection, job_class=HintJob, serializer=JSONSerializer)


def hint(function: str, arguments: Sequence[object], description: str) -> EnqueueData:
    """A job on our terms."""
    return Queue.prepare_data(
        function,
        args=tuple(arguments),
        timeout=TIMEOUT,
        result_ttl=0,
        ttl=TTL,
        failure_ttl=FAILURE_TTL,
        description=description,
    )


class RqHints:
    """Sends lead ids to the workers; what finds no room or no Redis is left to the sweep.

    ``batches`` names the steps of this installation with how many leads make a job.
    """

    def __init__(self, connection: Redis, batches: Mapping[Step, int]) -> None:
        self._connection = connection
        self._troubled = False
        self._batches = dict(batches)
        self._steps: dict[str, list[Step]] = {}
        for step in batches:
            self._steps.setdefault(ROUTES[step].queue, []).append(step)
        self._queues = {name: queue_named(name, connection) for name in (*self._steps, DEAD_LETTERS)}

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """One job a step, as far as there is room: its worker sees what else there is. Never raises."""
        self._send_all({step: lead_ids[: self._batches.get(step, 0)] for step, lead_ids in batches.items()})

    def spread(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """As many jobs as these leads make, as far as there is room. Never raises."""
        self._send_all(batches)

    def _send_all(self, batches: Mapping[Step, Sequence[str]]) -> None:
        try:
            for step, lead_ids in batches.items():
                if step in self._batches and lead_ids:
                    self._send(ROUTES[step], lead_ids, self._batches[step])
        except RedisError as error:
            self._note(error)
        else:
            self._note(None)

    def inbox(self) -> None:
        """Have the inbox read, unless that is about to happen. Never raises."""
        try:
            if self._connection.set(INBOX_MARKER, 1, nx=True, ex=INBOX_MARKER_SECONDS):
                queue_named(ENRICH, self._connection).enqueue_many([hint(READ_INBOX, (), "read the inbox")])
        except RedisError as error:
            self._note(error)
        else:
            self._note(None)

    def inbox_seen(self) -> None:
        """The job has begun: what comes in from now on needs another one. Never raises."""
        try:
            self._connection.delete(INBOX_MARKER)
        except RedisError as error:
            self._note(error)

    def depths(self) -> dict[str, int]:
        """Jobs waiting in each queue.

        Raises:
            NotReadyError: Redis cannot be reached.
        """
        try:
            with self._connection.pipeline(transaction=False) as pipeline:
                for queue in self._queues.values():
                    pipeline.llen(queue.key)
                return dict(zip(self._queues, pipeline.execute(), strict=True))
        except RedisError as error:
            raise NotReadyError("Redis cannot be reached: check REDIS_URL and that it runs") from error

    def rooms(self) -> list[Room]:
        """What each queue of leads can still take.

        Raises:
            NotReadyError: Redis cannot be reached.
        """
        depths = self.depths()
        return [self._room(name, steps, depths[name]) for name, steps in self._steps.items()]

    def _note(self, trouble: RedisError | None) -> None:
        """One line when Redis goes and one when it is back, however many hints are lost between."""
        if trouble is not None and not self._troubled:
            log.warning("hints_not_sent", error=type(trouble).__name__)
        elif trouble is None and self._troubled:
            log.info("hints_sent_again")
        self._troubled = trouble is not None

    def _room(self, name: str, steps: Sequence[Step], depth: int) -> Room:
        # Each step's last batch may be a small one and is a job all the same.
        full_batches = max(self._most_jobs(name) - depth - (len(steps) - 1), 0)
        return Room(steps=tuple(steps), leads=full_batches * min(self._batches[step] for step in steps))

    def _most_jobs(self, name: str) -> int:
        """Jobs that may wait in a queue: its share of ids in the largest batches it carries."""
        largest = max(self._batches[step] for step in self._steps[name])
        return max(MOST_IDS // len(self._steps) // largest, len(self._steps[name]))

    def _send(self, route: Route, lead_ids: Sequence[str], size: int) -> None:
        queue = self._queues[route.queue]
        jobs_left = max(self._most_jobs(route.queue) - int(self._connection.llen(queue.key)), 0)
        jobs = [self._job(route, batch) for batch in cut(lead_ids[: jobs_left * size], size)]
        if jobs:
            queue.enqueue_many(jobs)

    def _job(self, route: Route, lead_ids: Sequence[str]) -> EnqueueData:
        arguments = (list(lead_ids),) if route.target is None else (route.target.value, list(lead_ids))
        return hint(route.function, arguments, f"{route.verb} {len(lead_ids)} leads")


def cut(lead_ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Batches of at most ``size``."""
    return (lead_ids[start : start + size] for start in range(0, len(lead_ids), size))
