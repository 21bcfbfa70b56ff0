"""A worker that is alive and consumes nothing turns the installation red within a minute."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.benchmark.processes import family
from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX, UNLIMITED
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.supervision.stage import set_up
from tests.acceptance.test_long_queue import queue_up

if TYPE_CHECKING:
    from alpha_swarm.app import App

RED_SECONDS = 60.0


def seconds_until(app: App, health: str) -> float:
    """Until the installation is so; it has twice the time."""
    began = time.monotonic()
    while app.health()["health"] != health:
        assert time.monotonic() - began < 2 * RED_SECONDS, app.health()
        time.sleep(0.5)
    return time.monotonic() - began


def worker(root: int, queue: str) -> int:
    """The process that works on this queue."""
    (found,) = [pid for pid, one in family(root).items() if one.name == f"workers.{queue} {queue}"]
    return found


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_frozen_worker_is_seen_within_a_minute_and_killing_it_mends_it() -> None:
    """Nothing of it shows in its process, its connections or Redis."""
    with (
        set_up("frozen", sandbox=LIMITLESS_SANDBOX, environ=UNLIMITED) as stage,
        opened_app(stage.settings) as app,
        stage.program() as program,
    ):
        queue_up(app, 10)
        seconds_until(app, "healthy")
        frozen = worker(program.pid, "ingest")
        os.kill(frozen, signal.SIGSTOP)
        queue_up(app, 1000)
        red = seconds_until(app, "unhealthy")
        (reason,) = app.health()["reasons"]
        os.kill(frozen, signal.SIGKILL)
        green = seconds_until(app, "healthy")
    sys.stderr.write(f"red after {red:.0f} s, green {green:.0f} s after the kill\n")
    assert reason["key"] == "progress:ingest"
    assert red < RED_SECONDS
