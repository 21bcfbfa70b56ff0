"""The HTTP door as a process of its own, which may be killed, and clients who bring batches to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof.system.people import person
from alpha_swarm.supervision.processes import api_command, tethered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.supervision.stage import Stage

_START_SECONDS = 60.0
_ANSWER_SECONDS = 30.0
_LOOK_SECONDS = 0.02


class Client:
    """Brings batches; ``told`` are people with the lead ids that ever stood in an answer."""

    def __init__(self, stage: Stage) -> None:
        api = stage.settings.api
        self._url = f"http://{api.host}:{api.port}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {stage.environ['API_KEYS']}"
        self.told: set[tuple[str, str]] = set()
        self.broken = 0
        """Requests that the door took and never answered."""

    def post(self, names: Sequence[str]) -> int | None:
        """How many were new; ``None`` without an answer that says so."""
        try:
            answer = self._session.post(
                f"{self._url}/leads",
                json={"leads": [person(name) for name in names]},
                timeout=_ANSWER_SECONDS,
            )
        except requests.RequestException as error:
            self.broken += _was_taken(error)
            return None
        if answer.status_code >= requests.codes.server_error:
            return None
        answer.raise_for_status()
        return self._believe(names, answer.json())

    def close(self) -> None:
        """Give back the connection."""
        self._session.close()

    def _believe(self, names: Sequence[str], body: dict[str, Any]) -> int:
        self.told |= {(names[one["index"]], one["lead_id"]) for one in body["accepted"]}
        return sum(not one["duplicate"] for one in body["accepted"])


def _was_taken(error: requests.RequestException) -> bool:
    # A refused connection never came to the door.
    return "refused" not in str(error)


@contextmanager
def open_door(stage: Stage, *around: str) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m alpha_swarm.api``, as soon as it takes leads in; killed with the block.

    Args:
        stage: whose settings it has.
        around: a command that runs it, such as a tracer.

    Raises:
        AlphaSwarmError: it does not open within a minute.
    """
    with stage.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            tethered([*around, *api_command()]),
            cwd=stage.home,
            env=stage.environ,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_open(stage, process)
        yield process
    finally:
        # Whoever is traced would outlive its tracer.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_until_open(stage: Stage, process: subprocess.Popen[bytes]) -> None:
    api = stage.settings.api
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            socket.create_connection((api.host, api.port), timeout=1).close()
            return
        time.sleep(_LOOK_SECONDS)
    raise AlphaSwarmError(f"the HTTP door did not open: {stage.log_tail()}")
