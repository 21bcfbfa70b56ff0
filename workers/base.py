"""What every worker process does: settings, logs, application, jobs, work."""

from __future__ import annotations

import argparse
import gc
import os
import secrets
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError

from alpha_swarm import app as application
from alpha_swarm.assembly import parts
from alpha_swarm.cli.installation import configure_telemetry
from alpha_swarm.config import load_settings
from alpha_swarm.coordination.connection import connect
from alpha_swarm.errors import AlphaSwarmError, RetryLaterError, UserError
from alpha_swarm.queueing.queues import ENRICH, INGEST
from alpha_swarm.queueing.worker import SwarmWorker, end_regardless
from jobs import dlq, enrich, ingest, maintenance, sync

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.app import App

log = structlog.get_logger(__name__)

#: A job waits this long for its batch; then a call that hangs, or waits at the gate, holds up its own leads.
PATIENCE_SECONDS = 0.25
#: Nobody waits behind a batch of new leads but other new leads, which meanwhile make up the next one.
INGEST_PATIENCE_SECONDS = 2.0
#: After SIGTERM, what is on its way may end for so long.
LANDING_SECONDS = 20.0
#: A batch makes some ten thousand objects, which all go with it.
_THRESHOLDS = (50_000, 20, 100)
#: Seconds after which a thread that computes lets others go on. One that writes to SQLite asks for its turn
#: after each row while all other processes wait for the write lock, and Python's own 5 ms a turn add up.
_TURN_SECONDS = 0.0005
#: Imported at the start, so that a mistake in one of them ends the start and not the first job.
JOBS = (dlq, enrich, ingest, maintenance, sync)


def work(queue: str) -> None:
    """Follow the hints of one queue until SIGTERM; ends with 0, 1 (trouble) or 2 (configuration)."""

    def follow(app: App, holder: str) -> None:
        if queue in {INGEST, ENRICH}:
            parts.preflight(app.settings)
        connection = connect(parts.redis_url(app.settings))
        # Whoever starts looks for work himself; nobody waits for the scheduler's first round.
        app.sweep()
        SwarmWorker(queue, name=holder, connection=connection, stuck=app.stuck).run()

    run(follow, INGEST_PATIENCE_SECONDS if queue == INGEST else PATIENCE_SECONDS)


def _end(*_: object) -> None:
    """At the start, when nothing is in hand yet."""
    end_regardless()
    sys.exit(0)


def run(serve: Callable[[App, str], None], patience: float = PATIENCE_SECONDS) -> None:
    """Build the application, serve, and turn the usual trouble into one line and an exit code."""
    signal.signal(signal.SIGTERM, _end)
    holder = holder_name()
    try:
        settings = load_settings()
        configure_telemetry(settings)
        app = application.build(settings, holder=holder, patience=patience)
        application.install(app)
        app.beat()
        spare_the_collector()
        sys.setswitchinterval(_TURN_SECONDS)
        code = _served(lambda: serve(app, holder))
    except UserError as error:
        sys.exit(usage_error(error))
    except RetryLaterError as error:
        log.error("not_ready", verdict=str(error))  # noqa: TRY400 - one line
        sys.exit(1)
    app.flights.land(LANDING_SECONDS)
    # Whoever started this process may be gone, and nobody else would know that its leases are free.
    with suppress(AlphaSwarmError):
        app.free(holder)
    app.close()
    # A call that hangs would keep the interpreter from ending; what became of it is looked up.
    os._exit(code)


def spare_the_collector() -> None:
    """What stands now stands to the end: to look through it again and again is a tenth of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


def _served(serve: Callable[[], None]) -> int:
    try:
        serve()
    except RedisError as error:
        log.error("redis_out_of_reach", error=type(error).__name__)  # noqa: TRY400 - one line
        return 1
    return 0


def holder_name() -> str:
    """The name leases are held under: ``--holder``, else one that is never used twice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--holder", default=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}")
    return str(parser.parse_known_args()[0].holder)


def usage_error(error: UserError) -> int:
    """Say what to mend, a line for each mistake."""
    sys.stderr.write(f"{error}\n")
    return 2
