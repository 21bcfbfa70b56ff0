"""A worker or the scheduler with an application that only notes what it is asked: ``URL QUEUE NOTES``.

The queue ``scheduler`` stands for the scheduler.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError

from alpha_swarm import app as application
from alpha_swarm import telemetry
from alpha_swarm.coordination.connection import connect
from alpha_swarm.queueing import schedule, worker
from jobs import dlq, enrich, ingest, maintenance, sync

if TYPE_CHECKING:
    from alpha_swarm.domain.states import Step

JOBS = (dlq, enrich, ingest, maintenance, sync)


class Notebook:
    """In place of the application: writes down what the jobs ask for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hints = self

    def note(self, *words: object) -> None:
        """One line."""
        with self.path.open("a") as file:
            file.write(" ".join(map(str, words)) + "\n")

    def follow(self, step: Step, lead_ids: list[str]) -> None:
        """Some ids ask for trouble."""
        self.note(step, *lead_ids)
        match lead_ids[0].partition("="):
            case ("fail", _, text):
                raise ValueError(text)
            case ("sleep", _, seconds):
                time.sleep(float(seconds))
                self.note("slept")
            case ("stubborn", _, _):
                while True:
                    self.swallow()
            case _:
                pass

    def swallow(self) -> None:
        """A step that heeds no timeout."""
        try:
            time.sleep(60)
        except Exception:  # noqa: BLE001 - the mistake under test
            self.note("swallowed")

    def inbox_seen(self) -> None:
        """The job has begun."""
        self.note("inbox-seen")

    def read_inbox(self) -> None:
        """The job itself."""
        self.note("inbox")

    def run_schedule(self, name: str) -> None:
        """The job itself."""
        self.note(name)

    def beat(self) -> None:
        """Nothing to compare."""

    def sweep(self) -> None:
        """The timer."""
        self.note("sweep")


def main(url: str, queue: str, notes: str) -> None:
    """Serve until SIGTERM; 1 when Redis goes away."""
    telemetry.configure()
    worker.IDLE_SECONDS, worker.GRACE_SECONDS, worker.LAST_SECONDS = 1, 1, 3.0
    app: Any = Notebook(Path(notes))
    application.install(app)
    connection = connect(url)
    try:
        if queue == "scheduler":
            schedule.run(app, connection)
        else:
            worker.SwarmWorker(queue, name=f"{queue}-{os.getpid()}", connection=connection).run()
    except RedisError as error:
        sys.exit(f"Redis: {type(error).__name__}")


if __name__ == "__main__":
    main(*sys.argv[1:])
