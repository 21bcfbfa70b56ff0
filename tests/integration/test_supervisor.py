"""The supervisor: what dies comes back, what is to end ends, and nothing outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.up import parse_workers
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.supervision import supervisor as supervising
from alpha_swarm.supervision.child import Spec
from alpha_swarm.supervision.supervisor import Supervisor
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alpha_swarm.coordination.embedded import EmbeddedServer

SLEEPER = "import time; time.sleep(600)"
STUBBORN = """
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({ready!r}).touch()
time.sleep(600)
"""


def spec(name: str, program: str = SLEEPER) -> Spec:
    """A part that runs a small program."""
    return Spec(name, lambda holder: [sys.executable, "-c", program, holder])


def supervise(
    *specs: Spec, dead: list[str] | None = None, server: EmbeddedServer | None = None
) -> Supervisor:
    """A supervisor that notes whose leases are to be freed."""
    noted = [] if dead is None else dead
    return Supervisor(specs, environ=os.environ, on_death=noted.append, server=server)


@contextmanager
def started(supervisor: Supervisor) -> Iterator[None]:
    """All parts started, and ended afterwards."""
    supervisor.tick()
    try:
        yield
    finally:
        supervisor.stop()


def pid(supervisor: Supervisor, number: int = 0) -> int:
    """The process of a part."""
    process = supervisor.children[number].process
    assert process is not None
    return process.pid


def tick_until(supervisor: Supervisor, condition: Callable[[], bool]) -> None:
    """Let the supervisor see to everything until the condition holds."""

    def seen_to() -> bool:
        supervisor.tick()
        return condition()

    wait_until(seen_to)


def alive(process: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_killed_part_is_started_again_under_another_name_and_its_leases_are_freed() -> None:
    dead: list[str] = []
    supervisor = supervise(spec("part"), dead=dead)
    with started(supervisor):
        before, holder = pid(supervisor), supervisor.children[0].holder
        os.kill(before, signal.SIGKILL)
        tick_until(supervisor, lambda: supervisor.children[0].running and pid(supervisor) != before)
        assert dead == [holder]
        assert supervisor.children[0].holder != holder
    assert dead[0] != dead[1]


def test_a_part_that_keeps_dying_is_started_for_ever() -> None:
    dead: list[str] = []
    supervisor = supervise(spec("broken", "raise SystemExit(1)"), dead=dead)
    with started(supervisor):
        tick_until(supervisor, lambda: len(dead) > supervising.MISCONFIGURED_STARTS)
    assert len(set(dead)) == len(dead)


def test_a_part_that_is_misconfigured_ends_everything() -> None:
    supervisor = supervise(spec("well"), spec("wrong", "raise SystemExit(2)"))
    with pytest.raises(ConfigurationError, match="wrong cannot start"):
        supervisor.run(threading.Event())
    assert not any(child.running for child in supervisor.children)


def test_a_ledger_out_of_reach_does_not_end_the_supervisor() -> None:
    def fail(_holder: str) -> None:
        raise OSError

    supervisor = Supervisor([spec("part", "")], environ=os.environ, on_death=fail)
    with started(supervisor):
        first = pid(supervisor)
        tick_until(supervisor, lambda: supervisor.children[0].running and pid(supervisor) != first)


def test_all_parts_are_told_to_end() -> None:
    supervisor = supervise(spec("one"), spec("two"))
    with started(supervisor):
        processes = [pid(supervisor, 0), pid(supervisor, 1)]
        assert all(map(alive, processes))
    assert not any(map(alive, processes))


def test_what_does_not_end_is_killed_after_the_drain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervising, "DRAIN_SECONDS", 0.3)
    ready = tmp_path / "ready"
    supervisor = supervise(spec("stubborn", STUBBORN.format(ready=str(ready))))
    with started(supervisor):
        wait_until(ready.exists)
        process = pid(supervisor)
    assert not alive(process)


def test_ctrl_c_in_the_terminal_reaches_no_part() -> None:
    supervisor = supervise(spec("part"))
    with started(supervisor):
        assert os.getsid(pid(supervisor)) != os.getsid(0)


def test_a_killed_server_is_started_again(server: EmbeddedServer) -> None:
    supervisor = supervise(server=server)
    assert server.process is not None
    server.process.kill()
    tick_until(supervisor, server.alive)


SUPERVISOR = f"""
import os, threading
from alpha_swarm.supervision.child import Spec
from alpha_swarm.supervision.supervisor import Supervisor
import sys
spec = Spec("part", lambda holder: [sys.executable, "-c", {SLEEPER!r}])
supervisor = Supervisor([spec], environ=os.environ, on_death=print)
supervisor.tick()
print(supervisor.children[0].process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_no_part_outlives_a_killed_supervisor() -> None:
    with subprocess.Popen(  # noqa: S603 - the test's own program
        [sys.executable, "-c", SUPERVISOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        part = int(supervisor.stdout.readline())
        assert alive(part)
        supervisor.kill()
    wait_until(lambda: not alive(part))


def test_workers_are_counted_by_queue() -> None:
    assert parse_workers("") == {"ingest": 1, "enrich": 1, "sync": 1, "dlq": 1}
    assert parse_workers("sync=3, ingest=0") == {"ingest": 0, "enrich": 1, "sync": 3, "dlq": 1}


@pytest.mark.parametrize("text", ["ingest", "ingest=", "ingest=many", "ingest=-1", "ingest=65", "other=1"])
def test_a_wrong_count_names_what_to_write(text: str) -> None:
    with pytest.raises(ConfigurationError, match="write ingest=1,enrich=1,sync=1,dlq=1"):
        parse_workers(text)
