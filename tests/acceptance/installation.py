"""An installation as a user has it: the sandbox and ``up`` as processes, asked by the command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from tests.integration.world import LIMITS_OFF
from tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = str(Path(sys.executable).with_name("alpha-swarm"))
CAMPAIGN = "3f0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c11"


class Installation:
    """One home, one sandbox, and the commands on them."""

    def __init__(self, home: Path, sandbox: str, environ: dict[str, str]) -> None:
        self.home = home
        self.sandbox = sandbox
        self.environ = environ
        self.up: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command, to its end."""
        return subprocess.run(  # noqa: S603 - our own program
            [PROGRAM, *arguments],
            env=self.environ,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def ask(self, *arguments: str) -> dict[str, Any]:
        """A command's JSON."""
        done = self.run(*arguments, "--json")
        assert done.stdout, f"exit {done.returncode}: {done.stderr}"
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def start(self) -> None:
        """Start everything."""
        log = (self.home / "up.log").open("ab")
        self.up = subprocess.Popen([PROGRAM, "up"], env=self.environ, cwd=self.home, stdout=log, stderr=log)  # noqa: S603
        log.close()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.up is not None
        self.up.send_signal(signal.SIGTERM)
        code = self.up.wait(PATIENCE_SECONDS)
        self.up = None
        return code

    def settle(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Wait until nothing is on its way; the status then."""
        return self.wait_for(lambda status: bool(status["settled"]) and status["total"] > 0, seconds)

    def wait_for(
        self, condition: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE_SECONDS
    ) -> dict[str, Any]:
        """Ask for the status until it is so."""
        end = time.monotonic() + seconds
        while not condition(status := self.ask("status")):
            assert time.monotonic() < end, f"not within {seconds} s: {status}\n{self.log()}"
            time.sleep(0.5)
        return status

    def worker(self, name: str) -> int:
        """The pid of a part of ``up``."""
        assert self.up is not None
        found = [pid for pid in _children(self.up.pid) if f"workers.{name}" in _command_line(pid)]
        assert found, f"no {name} is running"
        return found[0]

    def counted(self) -> dict[str, Any]:
        """What the other side counted, row by row."""
        answer: dict[str, Any] = requests.get(f"{self.sandbox}/_sandbox/ledger?detail=1", timeout=60).json()  # noqa: TID251 - the test's own client
        return answer

    def log(self) -> str:
        """The end of what ``up`` said."""
        path = self.home / "up.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""


@contextmanager
def installation(home: Path, *, limits: bool = False, **environ: str) -> Iterator[Installation]:
    """A sandbox is running; ``up`` is not yet."""
    command = [PROGRAM, "sandbox", "--port", "0", "--json", "--limits" if limits else "--no-limits"]
    with (home / "sandbox.log").open("wb") as log:
        sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=home)  # noqa: S603
    try:
        assert sandbox.stdout is not None
        url = json.loads(sandbox.stdout.readline())["url"]
        settings = _environ(home, url) | ({} if limits else LIMITS_OFF) | environ
        system = Installation(home, url, settings)
        try:
            yield system
        finally:
            if system.up is not None:
                system.stop()
    finally:
        sandbox.terminate()
        sandbox.wait(PATIENCE_SECONDS)
        if sandbox.stdout is not None:
            sandbox.stdout.close()


def _environ(home: Path, url: str) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return {
        "PATH": os.environ["PATH"],
        "ALPHA_SWARM_HOME": str(home / "data"),
        "API_PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "API_KEYS": "door",
        "CLAY_API_KEY": "clay",
        "CLAY_API_BASE_URL": f"{url}/clay/v1",
        "CLAY_WEBHOOK_SECRET": "webhook-secret",
        "CLAY_POLL_AFTER": "5",
        "SYNC_TARGETS": "ghl,instantly",
        "GHL_API_BASE_URL": f"{url}/ghl",
        "GHL_API_KEY": "ghl",
        "GHL_LOCATION_ID": "location",
        "INSTANTLY_API_BASE_URL": f"{url}/instantly",
        "INSTANTLY_API_KEY": "instantly",
        "INSTANTLY_CAMPAIGN_ID": CAMPAIGN,
    }


def _children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in path.read_text().split()]


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""
