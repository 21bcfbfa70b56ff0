"""Our own run: leads taken in, then the clock, then the whole program until nothing is owed."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm.cli.benchmark.load import take_in
from alpha_swarm.cli.benchmark.processes import cpu_seconds, family
from alpha_swarm.cli.benchmark.sandbox_log import first_call
from alpha_swarm.cli.benchmark.settling import settle
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.proof.postgresql import database
from benchmarks.run import Run

if TYPE_CHECKING:
    from alpha_swarm.supervision.stage import Stage

_LONGEST_SECONDS = 900.0
SERVER = "TEST_DATABASE_URL"


def run_ours(name: str, stage: Stage, leads: int, sandbox_pid: int, *, postgresql: bool) -> Run:
    """The program against the emptied sandbox, in a home of its own.

    Raises:
        AlphaSwarmError: it is not settled after a quarter of an hour.
    """
    stage.reset()
    with ExitStack() as stack:
        home = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True)
        )
        more = {"DATABASE_URL": stack.enter_context(database(os.environ[SERVER]))} if postgresql else {}
        own = _moved(stage, Path(home), more)
        take_in(own, leads)
        app = stack.enter_context(opened_app(own.settings))
        before = cpu_seconds(sandbox_pid)
        clock = SystemClock()
        started, begun_at = clock.monotonic(), clock.now().timestamp()
        with own.program() as program:
            settle(app, own, program, _LONGEST_SECONDS)
            seconds = clock.monotonic() - started
            used = family(program.pid).values()
        sandbox_cpu = cpu_seconds(sandbox_pid) - before
        counted = stage.ledger()["ghl"]
        start_up = first_call(stage, begun_at) - begun_at
    return Run(
        name=name,
        leads=leads,
        seconds=seconds,
        start_up=start_up,
        contacts=counted["contacts"],
        upserts=counted["upserts"],
        cpu={one.name: one.cpu_seconds for one in used},
        sandbox_cpu=sandbox_cpu,
    )


def _moved(stage: Stage, home: Path, more: dict[str, str]) -> Stage:
    """The same sandbox for another home."""
    environ = {**stage.environ, "ALPHA_SWARM_HOME": str(home), **more}
    return replace(stage, home=home, environ=environ, settings=load_settings(environ, dotenv=None))
