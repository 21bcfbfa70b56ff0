"""The doors of an installation as a client uses them, with how long they took to answer."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof.system import people
from alpha_swarm.supervision.processes import PYTHON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.supervision.stage import Stage

_MOST_SECONDS = 120.0


class CommandLine:
    """``alpha-swarm leads add``."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.seconds: list[float] = []
        """Of each command, the start of the process included."""

    def add(self, names: Sequence[str]) -> int:
        """Take these people in by a file; how many the command said it accepted."""
        path = self._stage.home / f"{names[0]}.csv"
        people.write(path, names)
        started = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own command
            [*PYTHON, "alpha_swarm.cli.main", "leads", "add", str(path), "--json"],
            env=self._stage.environ,
            cwd=self._stage.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
        )
        self.seconds.append(time.monotonic() - started)
        if done.returncode:
            raise AlphaSwarmError(f"leads add ended with {done.returncode}: {done.stderr.decode()[-500:]}")
        return int(json.loads(done.stdout)["accepted"])


class HttpDoor:
    """``POST /leads``."""

    def __init__(self, stage: Stage) -> None:
        api = stage.settings.api
        self._url = f"http://{api.host}:{api.port}"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {stage.environ['API_KEYS']}"
        self.slowest = 0.0
        """Seconds until an answer."""

    def ready(self) -> bool:
        """Whether leads can be taken in."""
        try:
            return self._session.get(f"{self._url}/health/ready", timeout=5).ok
        except requests.RequestException:
            return False

    def add(self, name: str) -> str:
        """Take a person in; the lead id in the answer."""
        started = time.monotonic()
        answer = self._session.post(f"{self._url}/leads", json=people.person(name), timeout=_MOST_SECONDS)
        self.slowest = max(self.slowest, time.monotonic() - started)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return str(body["accepted"][0]["lead_id"])

    def close(self) -> None:
        """Give back the connection."""
        self._session.close()
