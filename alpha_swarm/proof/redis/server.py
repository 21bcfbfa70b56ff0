"""A Redis server as a process of the trial's own: killed, frozen, emptied at will."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from redis import Redis
from redis.exceptions import RedisError

from alpha_swarm.coordination.binary import server_binary
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.supervision.processes import tethered

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 20.0
_ANSWER_SECONDS = 5.0
_LOOK_SECONDS = 0.02


class RedisServer:
    """Keeps nothing on disk, so that a new start finds it empty."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            AlphaSwarmError: it does not.
        """
        options = {"port": "0", "unixsocket": str(self.socket), "save": "", "appendonly": "no"}
        words = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(  # noqa: S603 - the binary that the program itself runs
            tethered([server_binary(), *words]),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + _START_SECONDS
        while not self.answers():
            if time.monotonic() > end:
                raise AlphaSwarmError("the trial's Redis server did not start")
            time.sleep(_LOOK_SECONDS)

    def kill(self) -> None:
        """``kill -9``."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)

    def freeze(self) -> None:
        """SIGSTOP: connections are taken by the kernel and never answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def answers(self) -> bool:
        """Whether it answers within a second."""
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=1.0) as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    def admin(self) -> Redis:
        """A client beside the proxy."""
        return Redis(unix_socket_path=str(self.socket), socket_timeout=_ANSWER_SECONDS, decode_responses=True)

    def _signal(self, signum: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(signum)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A running server, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="alpha-swarm-redis-"))
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
