"""The kind of job that lies in our queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from alpha_swarm.queueing.queues import ALLOWED

if TYPE_CHECKING:
    from redis import Redis

log = structlog.get_logger(__name__)

#: Seconds a hint is worth something; the ledger repeats it.
TTL = 300
#: Seconds a job may run: longer than any request and its batch.
TIMEOUT = 180
#: Seconds a job that died with its worker stays visible.
FAILURE_TTL = 600


class ForbiddenJobError(Exception):
    """A job names a function that is none of ours; whoever put it there can write to our Redis."""


class HintJob(Job):
    """A JSON job of an allowed function; whatever else it claims about how it is run does not count.

    The names of functions and callbacks in a job are imported by RQ as they stand, so a forged job would be
    foreign code.
    """

    def __init__(
        self,
        id: str | None = None,  # noqa: A002 - RQ's name
        connection: Redis | None = None,
        serializer: Any = None,
    ) -> None:
        super().__init__(id, connection, serializer or JSONSerializer)

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> Job:  # noqa: A002 - RQ's
        """Read a job; an id that RQ would not have made belongs to none."""
        try:
            return super().fetch(id, connection, serializer)
        except ValueError:
            raise NoSuchJobError("a job id is malformed") from None

    def restore(self, raw_data: Any) -> None:
        """Read the job from Redis; one that cannot be read is no job."""
        try:
            super().restore(raw_data)
            _ = self.func_name
        except Exception as error:  # noqa: BLE001 - anything may be written there
            log.warning("job_unreadable", job=self.id, error=type(error).__name__)
            raise NoSuchJobError(f"job {self.id} is unreadable") from None
        self._pin()

    def _pin(self) -> None:
        """Our own terms; no callbacks, webhooks, retries, repetitions and dependencies."""
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        self.retries_left = self.repeats_left = None
        self._dependency_ids = []
        self.timeout, self.ttl, self.result_ttl, self.failure_ttl = TIMEOUT, TTL, 0, FAILURE_TTL

    def _execute(self) -> Any:
        """Call the function.

        Raises:
            ForbiddenJobError: it is none of ours.
        """
        if self.func_name not in ALLOWED or self.instance is not None:
            raise ForbiddenJobError
        return super()._execute()
