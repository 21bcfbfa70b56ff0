"""A home of its own, the sandbox, and the whole program as a child, all gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.config import VARIABLES, Settings, load_settings
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.supervision.command import running
from alpha_swarm.supervision.transports import sandbox_arguments, variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.supervision.transports import Transport

_CAMPAIGN = "00000000-0000-4000-8000-000000000001"
_SANDBOX_SECONDS = 30.0
_LOG_TAIL = 600


@dataclass(frozen=True, slots=True)
class Stage:
    """What is set up for one demonstration or trial."""

    home: Path
    sandbox: str
    """The sandbox's address."""
    settings: Settings
    environ: dict[str, str]

    @contextmanager
    def program(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """``alpha-swarm up``, with these arguments, while the block runs; its log stands in the home."""
        with (
            self.log.open("ab") as log,
            running(["up", *arguments], self.home, self.environ, stdout=log, stderr=log) as up,
        ):
            yield up

    @property
    def log(self) -> Path:
        """What the program says."""
        return self.home / "up.log"

    def log_tail(self) -> str:
        """Its last words."""
        return self.log.read_text(errors="replace")[-_LOG_TAIL:].strip()

    def ledger(self, *, detail: bool = False) -> dict[str, Any]:
        """What the sandbox counted; with ``detail`` every row and contact, too."""
        answer: dict[str, Any] = self._ask("GET", f"ledger?detail={int(detail)}")
        return answer

    def fault(self, **order: Any) -> None:
        """Order a fault from the sandbox (its ``FaultOrder``)."""
        self._ask("POST", "faults", order)

    def faults(self) -> list[dict[str, Any]]:
        """Every order with how often it has ``fired``."""
        listed: list[dict[str, Any]] = self._ask("GET", "faults")["faults"]
        return listed

    def mend(self) -> None:
        """Remove all faults."""
        self._ask("DELETE", "faults")

    def reset(self) -> None:
        """The sandbox forgets everything: rows, contacts, faults, counts."""
        self._ask("POST", "reset")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, f"{self.sandbox}/_sandbox/{path}", json=body, timeout=_SANDBOX_SECONDS
            )
            answer.raise_for_status()
            return answer.json() if answer.content else None


@contextmanager
def set_up(
    name: str,
    *,
    keep: bool = False,
    transport: Transport = "rest",
    sandbox: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> Iterator[Stage]:
    """The stage; without ``keep`` the home directory goes at the end.

    Args:
        name: stands in the home directory's name.
        keep: whether the home directory stays.
        transport: how leads reach Clay.
        sandbox: further arguments of ``alpha-swarm sandbox``.
        environ: variables that go before those of the stage.
    """
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix=f"alpha-swarm-{name}-"))
        if not keep:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        clean = {key: value for key, value in os.environ.items() if key not in VARIABLES}
        secret = secrets.token_hex(16)
        command = ["sandbox", "--port", "0", "--json", *sandbox_arguments(transport, secret), *sandbox]
        child = stack.enter_context(running(command, home, clean, stdout=subprocess.PIPE))
        url = _announced(child)
        told = {
            **clean,
            **_variables(home, url, secret),
            **variables(transport, url, secret),
            **(environ or {}),
        }
        yield Stage(home, url, load_settings(told, dotenv=None), told)


def _announced(child: subprocess.Popen[bytes]) -> str:
    line = child.stdout.readline() if child.stdout else b""
    if not line:
        raise AlphaSwarmError("the sandbox did not start")
    return str(json.loads(line)["url"])


def _variables(home: Path, sandbox: str, secret: str) -> dict[str, str]:
    port = _free_port()
    return {
        "ALPHA_SWARM_HOME": str(home),
        "ALPHA_SWARM_ENV": "sandbox",
        "API_PORT": str(port),
        "API_KEYS": secrets.token_hex(16),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "CLAY_API_KEY": "sandbox",
        "CLAY_API_BASE_URL": f"{sandbox}/clay/v1",
        "CLAY_WEBHOOK_SECRET": secret,
        "SYNC_TARGETS": "ghl,instantly",
        "GHL_API_BASE_URL": f"{sandbox}/ghl",
        "GHL_API_KEY": "sandbox",
        "GHL_LOCATION_ID": "sandbox",
        "INSTANTLY_API_BASE_URL": f"{sandbox}/instantly",
        "INSTANTLY_API_KEY": "sandbox",
        "INSTANTLY_CAMPAIGN_ID": _CAMPAIGN,
        "HUBSPOT_API_BASE_URL": f"{sandbox}/hubspot",
        "HUBSPOT_ACCESS_TOKEN": "sandbox",
        "SALESFORCE_INSTANCE_URL": f"{sandbox}/salesforce",
        "SALESFORCE_ACCESS_TOKEN": "sandbox",
        "SLACK_API_BASE_URL": f"{sandbox}/slack/api",
    }


def _free_port() -> int:
    """A port that nobody has now; the API binds it a moment later."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
