"""The process that follows the hints of one queue."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from redis.exceptions import RedisError
from rq import SimpleWorker, worker_registration
from rq.exceptions import DequeueTimeout, StopRequested
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import WorkerStatus
from structlog.contextvars import bound_contextvars

from alpha_swarm.errors import VERDICTS
from alpha_swarm.queueing.hints import queue_named
from alpha_swarm.queueing.job import ForbiddenJobError, HintJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from redis import Redis
    from rq import Queue
    from rq.job import Job

log = structlog.get_logger(__name__)

#: Seconds an idle worker waits for a job before it shows again that it lives.
IDLE_SECONDS = 5
WORKER_TTL = 60
#: Longer than any job may run.
WATCH_SECONDS = 240
#: Written to see whether a write is taken.
OUTLAST_KEY = "alpha-swarm:writable"
#: Seconds after SIGTERM until a running job is interrupted, and until the process ends regardless.
GRACE_SECONDS, LAST_SECONDS = 20, 24.0


class SwarmWorker(SimpleWorker):
    """Performs the jobs of exactly one queue in its own process and forgets them, however they end.

    The ledger knows what is still owed, so a job needs no result, no registry of failures and no second try.
    With more than one queue RQ takes jobs off in a way that loses them in a crash.
    """

    job_class = HintJob

    def __init__(
        self, queue: str, *, name: str, connection: Redis, stuck: Callable[[], bool] = lambda: False
    ) -> None:
        self._stuck = stuck
        super().__init__(
            [queue_named(queue, connection)],
            name=name,
            connection=connection,
            job_class=HintJob,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
        )

    def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            RedisError: Redis went away, and is back or stays away; the supervisor starts another worker.
        """
        try:
            self._work()
        except StopRequested:
            log.debug("worker_stopped")
        with suppress(RedisError):
            self.teardown()  # type: ignore[no-untyped-call]

    def _work(self) -> None:
        try:
            self.bootstrap(logging_level=None)
            self._install_signal_handlers()  # type: ignore[no-untyped-call]
            while not self._stop_requested:
                self._work_once()
        except RedisError as error:
            log.warning("worker_waits_for_redis", error=type(error).__name__)
            outlast(self.connection)
            raise

    def _work_once(self) -> None:
        # A watch of its own, outside of the interpreter: code that never comes back ends the process.
        faulthandler.dump_traceback_later(WATCH_SECONDS, exit=True)
        if self._stuck():
            log.error("batch_never_ends", remedy="this process starts anew by itself")
            os._exit(1)
        self.enrol()
        try:
            taken = self.queue_class.dequeue_any(
                self.queues, IDLE_SECONDS, self.connection, self.job_class, self.serializer
            )
        except DequeueTimeout:
            self._clear_away()
            return
        if taken is not None:
            self.execute_job(*taken)

    def enrol(self) -> None:
        """Show that this worker lives, even if Redis has forgotten it."""
        with self.connection.pipeline() as pipeline:
            self.heartbeat(pipeline=pipeline)
            pipeline.hset(self.key, mapping={**self.serialize(), "state": self.get_state()})
            worker_registration.register(self, pipeline)
            pipeline.execute()

    def _clear_away(self) -> None:
        """Forget what dead workers and expired hints left behind.

        RQ's own maintenance would keep such jobs as failures, or run them again.
        """
        now = time.time()
        queue = self.queues[0]
        started = queue.started_job_registry
        abandoned = started.get_expired_job_ids(now)
        with self.connection.pipeline() as pipeline:
            pipeline.delete(queue.intermediate_queue_key, *map(HintJob.key_for, abandoned))
            pipeline.zremrangebyscore(started.key, 0, now)
            pipeline.execute()

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Perform the job and forget it."""
        del queue
        self.prepare_job_execution(job, remove_from_intermediate_queue=True)
        done = self._attempt(job)
        with self.connection.pipeline() as pipeline:
            self.cleanup_execution(job, pipeline)
            # Not by RQ's own deletion, which fails where a FLUSHALL was faster.
            pipeline.delete(job.key)
            pipeline.execute()
        return done

    def _attempt(self, job: Job) -> bool:
        try:
            with (
                bound_contextvars(job=job.func_name),
                self.death_penalty_class(job.timeout, JobTimeoutException, job_id=job.id),
            ):
                job.perform()
        except ForbiddenJobError:
            remedy = "it names no function of ours: keep others from writing to Redis"
            log.error("job_forbidden", job=job.id, remedy=remedy)  # noqa: TRY400 - the trace would tell of us alone
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the next one is worth a try
            tell(job, error)
        else:
            return True
        return False

    def subscribe(self) -> None:
        """Take no commands by Redis: signals do."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop at once when idle; end the running job first, but not for longer than the grace."""
        del signum, frame
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # Where the exception is lost, as one that a finaliser meets is, the flag and the timer are left.
        self._stop_requested = True
        end_regardless()
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested
        hasten_alarm(GRACE_SECONDS)


def end_regardless() -> None:
    """Let this process be over in :data:`LAST_SECONDS`, whatever it is at."""
    last = threading.Timer(LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()


def outlast(connection: Redis, seconds: float = WORKER_TTL) -> None:
    """Wait until Redis lets us write, but not for ever.

    Ending at once would have all workers started again and again, which takes more of the machine than work.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(RedisError):
            connection.set(OUTLAST_KEY, 1, ex=WORKER_TTL)
            return
        time.sleep(1.0)


def hasten_alarm(seconds: int) -> None:
    """Let the running job's timeout come in ``seconds`` at the latest."""
    left = signal.alarm(0)
    if left:
        signal.alarm(min(left, seconds))


def tell(job: Job, error: Exception) -> None:
    """Log what happened; the log leaves out the text of a foreign error, which may quote personal data."""
    facts: dict[str, Any] = {"job": job.func_name, "error": type(error).__name__}
    if isinstance(error, VERDICTS):
        log.warning("job_not_done", **facts, verdict=str(error))
    else:
        log.error("job_failed", **facts, exc_info=error)
