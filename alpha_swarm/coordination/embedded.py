"""The embedded Redis: one Valkey a home directory, on a unix socket, with an append-only file."""

from __future__ import annotations

import fcntl
import hashlib
import operator
import os
import subprocess
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import quote

from redis import Redis
from redis.exceptions import RedisError
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from alpha_swarm.coordination.binary import server_binary
from alpha_swarm.coordination.breaker import inaugurate_breakers
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.scripts import inaugurate
from alpha_swarm.errors import ConfigurationError

#: A socket's path may have 104 bytes on macOS and 108 on Linux, with the ending zero.
LONGEST_PATH = 100
START_SECONDS = 60.0
LOOK_SECONDS = 0.02
PING_SECONDS = 2.0
STOP_SECONDS = 15.0
LOG_TAIL = 1000


def embedded_socket(home: Path) -> Path:
    """Where the server of this home listens; nothing is touched."""
    beside_data = home.resolve() / "valkey" / "valkey.sock"
    if len(os.fsencode(beside_data)) <= LONGEST_PATH:
        return beside_data
    name = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    elsewhere = Path(tempfile.gettempdir(), f"alpha-swarm-{os.getuid()}", f"{name}.sock")
    if len(os.fsencode(elsewhere)) <= LONGEST_PATH:
        return elsewhere
    return Path("/tmp", *elsewhere.parts[-2:])  # noqa: S108 - the folder below is private, and checked to be ours


def embedded_url(home: Path) -> str:
    """The address of that server, for ``REDIS_URL``; it need not run yet."""
    return f"unix://{quote(str(embedded_socket(home)))}?db=0"


class EmbeddedServer:
    """Started by many, run once: the first owns it, a dead owner's server is adopted by the next start."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.data = self.home / "valkey"
        self.log = self.data / "valkey.log"
        self.socket = embedded_socket(home)
        self.url = embedded_url(home)
        self.process: subprocess.Popen[bytes] | None = None
        self._ownership: IO[str] | None = None

    def start(self) -> None:
        """Have a server that answers, whoever started it.

        Raises:
            ConfigurationError: it does not come up; the text ends with the end of its log.
        """
        private_directory(self.data)
        private_directory(self.socket.parent)
        with (self.home / "valkey.start.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            # This file outlives the server's data: with those removed by hand, no installation is new.
            new = not self._owner_file.exists()
            self._own()
            if not self.running():
                self.process = None
            self._launch()
            if new:
                with connect(self.url) as connection:
                    inaugurate(connection)
                    inaugurate_breakers(connection)

    def running(self) -> bool:
        """Whether the server's process lives; for an adopted one, whether it answers."""
        return self.alive() if self.process is None else self.process.poll() is None

    def alive(self) -> bool:
        """Whether a server of ours answers."""
        try:
            # In a shared directory somebody else could have put a socket under our name.
            if self.socket.stat().st_uid != os.getuid():
                return False
            with connect(self.url, answer_seconds=PING_SECONDS) as connection:
                return bool(connection.ping())
        except (RedisError, OSError):
            return False

    def stop(self) -> None:
        """End the server if it is ours, after it has written its file."""
        if self._ownership is None:
            return
        if self.process is None:
            self._shut_down_adopted()
        else:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        self._disown()

    @property
    def _owner_file(self) -> Path:
        return self.home / "valkey.owner.lock"

    def _own(self) -> None:
        """Take the ownership if it is free; the kernel frees it when its holder dies, in whatever way."""
        if self._ownership is not None:
            return
        file = self._owner_file.open("a")
        if free(file):
            self._ownership = file
        else:
            file.close()

    def _disown(self) -> None:
        if self._ownership is not None:
            self._ownership.close()
            self._ownership = None

    def _launch(self) -> None:
        """Start a server, unless one runs that does not answer yet: two would spoil each other's files."""
        until_it_answers = Retrying(
            retry=retry_if_result(operator.not_),
            wait=wait_fixed(LOOK_SECONDS),
            stop=stop_after_delay(START_SECONDS),
            retry_error_callback=lambda _state: self._fail(None),
        )
        with (self.home / "valkey.running.lock").open("a") as running:
            until_it_answers(self._answers, running)

    def _answers(self, running: IO[str]) -> bool:
        """Whether it answers by now; starts it where nobody has."""
        if self.alive():
            return True
        ended = None if self.process is None else self.process.poll()
        if ended is not None and ended >= 0:
            self._fail(ended)
        if ended is not None:
            self.process = None  # somebody killed it, which says nothing about how it was started
        if self.process is None and free(running):
            self.process = self._spawn(running)
        return False

    def _spawn(self, running: IO[str]) -> subprocess.Popen[bytes]:
        """The server inherits the lock and so holds it for as long as it lives.

        It gets a session of its own: Ctrl-C is to end the workers first and the server last.
        """
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own binary with our own arguments
                [server_binary(), *arguments(self.socket, self.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[running.fileno()],
                start_new_session=True,
            )

    def _fail(self, code: int | None) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self._disown()
        tail = self.log.read_text(errors="replace")[-LOG_TAIL:].strip() if self.log.exists() else ""
        what = "does not answer" if code is None else f"did not start (exit {code})"
        raise ConfigurationError(
            f"the embedded Redis {what}: set REDIS_URL, or mend what {self.log} says: …{tail}"
        )

    def _shut_down_adopted(self) -> None:
        client = Redis(unix_socket_path=str(self.socket), socket_timeout=STOP_SECONDS)
        try:
            client.shutdown()
        except (RedisError, OSError):
            return
        finally:
            client.close()


def arguments(socket: Path, data: Path) -> list[str]:
    """Reachable by this user alone; nothing is evicted; only a power failure loses anything, a second."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [part for name, value in options.items() for part in (f"--{name}", value)]


def free(lock: IO[str]) -> bool:
    """Take a file's lock if nobody has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def private_directory(path: Path) -> None:
    """Have a directory that is ours alone.

    Raises:
        ConfigurationError: it cannot be made, or belongs to somebody else.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        theirs = path.stat().st_uid != os.getuid()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be made ({error.strerror}): set ALPHA_SWARM_HOME") from error
    if theirs:
        raise ConfigurationError(
            f"{path} belongs to another user: set ALPHA_SWARM_HOME to a directory of yours"
        )
