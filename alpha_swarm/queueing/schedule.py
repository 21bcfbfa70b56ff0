"""The clock: periodic jobs as data, re-ensured all the time, and the sweep on a timer of its own."""

from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog
from redis.exceptions import RedisError
from rq_scheduler import Scheduler

from alpha_swarm.queueing.hints import hint, queue_named
from alpha_swarm.queueing.job import HintJob
from alpha_swarm.queueing.periodic import PERIODIC
from alpha_swarm.queueing.queues import DEAD_LETTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redis import Redis

    from alpha_swarm.queueing.periodic import Periodic

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
ENSURE_SECONDS = 5.0
BEAT_SECONDS = 5.0
SLOT_MARKER = "alpha-swarm:slot:"


class Sweeper(Protocol):
    """What sends hints for whatever is due."""

    def sweep(self) -> None:
        """Once round."""
        ...

    def beat(self) -> None:
        """Show that the ledger lives."""
        ...


class Timetable:
    """The periodic jobs in rq-scheduler, which keeps when each is due next.

    rq-scheduler would put the same job id into the queue at each firing, so that runs overlap; here a firing
    puts a fresh job there, once a slot however many schedulers run.
    """

    def __init__(self, connection: Redis, periodic: Sequence[Periodic] = PERIODIC) -> None:
        self._connection = connection
        self._periodic = {entry.name: entry for entry in periodic}
        self._scheduler = Scheduler(queue_name=DEAD_LETTERS, connection=connection, job_class=HintJob)

    def ensure(self, now: float) -> None:
        """Enter what is missing: at the first start, after Redis lost its keys or the clock was set back."""
        for entry in self._periodic.values():
            next_time = self._connection.zscore(self._scheduler.scheduled_jobs_key, entry.name)
            lost = next_time is None or next_time > now + entry.seconds
            if lost or not HintJob.exists(entry.name, self._connection):
                self._scheduler.schedule(
                    datetime.now(UTC),
                    entry.function,
                    id=entry.name,
                    interval=entry.seconds,
                    queue_name=entry.queue,
                    description=entry.name,
                )

    def fire(self, now: float) -> None:
        """Enqueue what is due at this time since 1970, and set its next time."""
        for job in list(self._scheduler.get_jobs(until=int(now))):
            entry = self._periodic.get(job.id)
            if entry is None:
                self._scheduler.cancel(job.id)
            else:
                self._fire(entry, int(now) // entry.seconds)

    def _fire(self, entry: Periodic, slot: int) -> None:
        next_slot = (slot + 1) * entry.seconds
        self._connection.zadd(self._scheduler.scheduled_jobs_key, {entry.name: next_slot})
        if self._connection.set(f"{SLOT_MARKER}{entry.name}:{slot}", 1, nx=True, ex=entry.seconds + 1):
            queue_named(entry.queue, self._connection).enqueue_many([hint(entry.function, (), entry.name)])


def run(app: Sweeper, connection: Redis) -> None:
    """Sweep and fire until SIGTERM or SIGINT."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    # On a thread of its own, so that a Redis that hangs holds up no sweep.
    clock = threading.Thread(
        target=keep_time, args=(Timetable(connection), stop), name="timetable", daemon=True
    )
    clock.start()
    beaten = time.monotonic()
    while not stop.is_set():
        attempt(app.sweep)
        if time.monotonic() - beaten >= BEAT_SECONDS:
            attempt(app.beat)
            beaten = time.monotonic()
        stop.wait(TICK_SECONDS)


def attempt(act: Callable[[], object]) -> None:
    """What fails ends no process: the next time is seconds away."""
    try:
        act()
    except Exception:
        log.exception("housekeeping_failed", what=act.__name__)


def keep_time(timetable: Timetable, stop: threading.Event) -> None:
    """Tick until told to stop; Redis may come and go."""
    ensured = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() - ensured >= ENSURE_SECONDS:
                timetable.ensure(time.time())
                ensured = time.monotonic()
            timetable.fire(time.time())
        except RedisError as error:
            log.warning("periodic_jobs_wait", error=type(error).__name__)
        stop.wait(TICK_SECONDS)
