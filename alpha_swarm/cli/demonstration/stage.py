"""A home of its own, the sandbox, and the whole program as a child, all gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.cli.child import TETHER
from alpha_swarm.cli.processes import PYTHON
from alpha_swarm.config import VARIABLES, Settings, load_settings
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CAMPAIGN = "00000000-0000-4000-8000-000000000001"
#: The supervisor gives its own children 28 s.
_END_SECONDS = 35.0
_LEDGER_SECONDS = 30.0
_LOG_TAIL = 600


@dataclass(frozen=True, slots=True)
class Stage:
    """What is set up for one demonstration."""

    home: Path
    sandbox: str
    """The sandbox's address."""
    settings: Settings
    environ: dict[str, str]

    @contextmanager
    def program(self) -> Iterator[subprocess.Popen[bytes]]:
        """``alpha-swarm up`` while the block runs; its log stands in the home directory."""
        with (
            self.log.open("wb") as log,
            _child(["up"], self.home, self.environ, stdout=log, stderr=log) as up,
        ):
            yield up

    @property
    def log(self) -> Path:
        """What the program says."""
        return self.home / "up.log"

    def log_tail(self) -> str:
        """Its last words."""
        return self.log.read_text(errors="replace")[-_LOG_TAIL:].strip()

    def ledger(self) -> dict[str, Any]:
        """What the sandbox counted."""
        with requests.Session() as session:
            session.trust_env = False
            answer: dict[str, Any] = session.get(
                f"{self.sandbox}/_sandbox/ledger", timeout=_LEDGER_SECONDS
            ).json()
        return answer


@contextmanager
def set_up(seed: int, *, keep: bool) -> Iterator[Stage]:
    """The stage; without ``keep`` the home directory goes at the end."""
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="alpha-swarm-demo-"))
        if not keep:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        command = ["sandbox", "--port", "0", "--seed", str(seed), "--json"]
        child = stack.enter_context(_child(command, home, clean, stdout=subprocess.PIPE))
        url = _announced(child)
        environ = {**clean, **_variables(home, url)}
        yield Stage(home, url, load_settings(environ, dotenv=None), environ)


def _announced(child: subprocess.Popen[bytes]) -> str:
    line = child.stdout.readline() if child.stdout else b""
    if not line:
        raise AlphaSwarmError("the sandbox did not start")
    return str(json.loads(line)["url"])


def _variables(home: Path, sandbox: str) -> dict[str, str]:
    port = _free_port()
    return {
        "ALPHA_SWARM_HOME": str(home),
        "ALPHA_SWARM_ENV": "sandbox",
        "API_PORT": str(port),
        "API_KEYS": secrets.token_hex(16),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "CLAY_API_KEY": "sandbox",
        "CLAY_API_BASE_URL": f"{sandbox}/clay/v1",
        "CLAY_WEBHOOK_SECRET": secrets.token_hex(16),
        "CLAY_POLL_AFTER": "4",
        "FLUSH_INTERVAL": "2",
        "SYNC_TARGETS": "ghl,instantly",
        "GHL_API_BASE_URL": f"{sandbox}/ghl",
        "GHL_API_KEY": "sandbox",
        "GHL_LOCATION_ID": "sandbox",
        "INSTANTLY_API_BASE_URL": f"{sandbox}/instantly",
        "INSTANTLY_API_KEY": "sandbox",
        "INSTANTLY_CAMPAIGN_ID": _CAMPAIGN,
    }


def _free_port() -> int:
    """A port that nobody has now; the API binds it a moment later."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def _child(
    arguments: Sequence[str], home: Path, environ: dict[str, str], *, stdout: Any, stderr: Any = None
) -> Iterator[subprocess.Popen[bytes]]:
    """One of our own commands; it ends with the block, and with this process if that is killed."""
    command = [
        sys.executable,
        "-I",
        "-S",
        str(TETHER),
        str(os.getpid()),
        *PYTHON,
        "alpha_swarm.cli.main",
        *arguments,
    ]
    # The home directory holds no .env, and a session of its own keeps Ctrl-C from it until we end it.
    child = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=home,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout:
        child.stdout.close()
