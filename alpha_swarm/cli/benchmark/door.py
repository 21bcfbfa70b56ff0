"""The program's HTTP door, from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import requests
from requests.adapters import HTTPAdapter

from alpha_swarm.clock import SystemClock
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    import subprocess

    from alpha_swarm.supervision.stage import Stage

#: Requests that may be under way side by side.
AT_ONCE = 32
_OPENING_SECONDS = 60.0
_ANSWER_SECONDS = 30.0
_LOOK_SECONDS = 0.1


class Door:
    """Connections that stay open; waits until leads can be taken in.

    Raises:
        AlphaSwarmError: it does not open.
    """

    def __init__(self, stage: Stage, program: subprocess.Popen[bytes]) -> None:
        self._stage = stage
        self._program = program
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount("http://", HTTPAdapter(pool_maxsize=AT_ONCE))

    def __enter__(self) -> Self:
        clock = SystemClock()
        deadline = clock.monotonic() + _OPENING_SECONDS
        while not self._ready():
            if self._program.poll() is not None or clock.monotonic() > deadline:
                raise AlphaSwarmError(
                    f"the door did not open within {_OPENING_SECONDS:.0f} s: {self._stage.log_tail()}"
                )
            clock.sleep(_LOOK_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def post(self, path: str, body: Any) -> requests.Response:
        """A POST with our key and secret; anything but success raises."""
        answer = self.session.post(
            self._stage.environ["BASE_URL"] + path, json=body, headers=self.headers, timeout=_ANSWER_SECONDS
        )
        answer.raise_for_status()
        return answer

    @property
    def headers(self) -> dict[str, str]:
        """Who we are, to either door."""
        environ = self._stage.environ
        return {
            "Authorization": f"Bearer {environ['API_KEYS']}",
            "X-Webhook-Secret": environ["CLAY_WEBHOOK_SECRET"],
        }

    def _ready(self) -> bool:
        url = self._stage.environ["BASE_URL"] + "/health/ready"
        try:
            return self.session.get(url, timeout=_ANSWER_SECONDS).ok
        except requests.RequestException:
            return False
