"""One peer's run: a server of its own, the jobs put in, the clock, the workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from redis import Redis

from alpha_swarm.cli.benchmark.processes import cpu_seconds
from alpha_swarm.cli.benchmark.sandbox_log import first_call
from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.embedded import EmbeddedServer
from benchmarks.ground import prepare
from benchmarks.peers.plan import DONE, PLAN
from benchmarks.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.supervision.stage import Stage
    from benchmarks.contestants import Peer

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".venv-bench"
_LONGEST_SECONDS = 600.0
_LOOK_SECONDS = 0.05
_END_SECONDS = 10.0


def run_peer(peer: Peer, stage: Stage, leads: int, first_wait: float, sandbox_pid: int) -> Run:
    """The peer against the emptied sandbox.

    Raises:
        TimeoutError: it is not done after ten minutes.
    """
    leads = min(leads, peer.most_leads)
    stage.reset()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        server = EmbeddedServer(home)
        server.start()
        stack.callback(server.stop)
        environ = _environ(home, asdict(prepare(stage, server.socket, leads, first_wait)))
        subprocess.run(_command(peer, "fill"), env=environ, cwd=ROOT, check=True)  # noqa: S603 - our own module
        before = cpu_seconds(sandbox_pid)
        clock = SystemClock()
        started, begun_at = clock.monotonic(), clock.now().timestamp()
        with _working(peer, environ, home) as workers:
            _wait(server, leads, workers, home)
            seconds = clock.monotonic() - started
            cpu = {
                **{f"worker {n}": cpu_seconds(worker.pid) for n, worker in enumerate(workers)},
                "redis": cpu_seconds(server.process.pid) if server.process else 0.0,
            }
        sandbox_cpu = cpu_seconds(sandbox_pid) - before
        counted = stage.ledger()["ghl"]
        start_up = first_call(stage, begun_at) - begun_at
    return Run(
        name=peer.name,
        leads=leads,
        seconds=seconds,
        start_up=start_up,
        contacts=counted["contacts"],
        upserts=counted["upserts"],
        cpu=cpu,
        sandbox_cpu=sandbox_cpu,
    )


def _environ(home: Path, plan: dict[str, object]) -> dict[str, str]:
    path = home / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return {**os.environ, PLAN: str(path), "PYTHONPATH": str(ROOT)}


def _command(peer: Peer, part: str) -> list[str]:
    python = ENVIRONMENTS / peer.environment / "bin" / "python"
    return [str(python), "-m", "benchmarks.peers", peer.module, part]


@contextmanager
def _working(peer: Peer, environ: dict[str, str], home: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    with (home / "workers.log").open("ab") as log:
        workers = [
            subprocess.Popen(  # noqa: S603 - our own module
                _command(peer, peer.work),
                env=environ,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for _ in range(peer.workers)
        ]
    try:
        yield workers
    finally:
        for worker in workers:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(_END_SECONDS)


def _wait(server: EmbeddedServer, leads: int, workers: list[subprocess.Popen[bytes]], home: Path) -> None:
    clock = SystemClock()
    deadline = clock.monotonic() + _LONGEST_SECONDS
    with Redis(unix_socket_path=str(server.socket)) as redis:
        while int(redis.get(DONE) or 0) < leads:
            if clock.monotonic() > deadline or any(worker.poll() is not None for worker in workers):
                raise TimeoutError(f"not done: {(home / 'workers.log').read_text()[-2000:]}")
            clock.sleep(_LOOK_SECONDS)
