"""A PostgreSQL server of a trial's own, to be killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin")
_OWNER = "postgres"
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.02


def programs() -> Path | None:
    """The folder of the server's programs; ``None`` where they are not installed, or nobody may run them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += [path for pattern in _FOLDERS for path in sorted(Path("/").glob(pattern), reverse=True)]
    usable = [path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()]
    return usable[0] if usable and _owner() is not None else None


class Server:
    """One cluster in a folder, reached by a socket there."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of its database ``postgres``."""
        return f"postgresql+psycopg://{_OWNER}@/postgres?host={self._folder}"

    def create(self) -> None:
        """Make the cluster, and start it."""
        command = ["initdb", "--auth=trust", f"--username={_OWNER}", "--encoding=UTF8", "--locale=C"]
        self._begin([*command, "--no-sync", f"--pgdata={self._folder / 'data'}"]).wait()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it takes connections.

        Raises:
            AlphaSwarmError: it does not, for a minute.
        """
        end = time.monotonic() + _START_SECONDS
        while not self._takes_connections():
            if self._process is None or self._process.poll() is not None:
                # What a killed server left behind keeps the next one from starting for a moment.
                self._process = self._begin(self._command())
            if time.monotonic() > end:
                raise AlphaSwarmError(f"PostgreSQL does not start: {self._log().read_text()[-500:]}")
            time.sleep(_LOOK_SECONDS)

    def kill(self) -> None:
        """``kill -9`` of the postmaster; its sessions end as they notice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Stop it at once, as at a power failure: sessions are cut off."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()

    def sessions(self) -> list[int]:
        """The server's processes for the sessions of everybody else."""
        with self._connected() as connection:
            query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            rows = connection.execute(f"{query} AND pid <> pg_backend_pid()").fetchall()
        return [row[0] for row in rows]

    def end_sessions(self) -> None:
        """``pg_terminate_backend`` of everybody else."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        with self._connected() as connection:
            connection.execute(f"{query} WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")

    def _connected(self) -> psycopg.Connection[tuple[int, ...]]:
        return psycopg.connect(host=str(self._folder), user=_OWNER, dbname="postgres", autocommit=True)

    def _takes_connections(self) -> bool:
        try:
            self._connected().close()
        except psycopg.OperationalError:
            return False
        return True

    def _command(self) -> list[str]:
        # Without fsync: processes are killed here, never the machine.
        settings = ("listen_addresses=", f"unix_socket_directories={self._folder}", "fsync=off")
        options = [word for setting in settings for word in ("-c", setting)]
        return ["postgres", "-D", str(self._folder / "data"), *options]

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log().open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - the server's own programs
                [str(self._binaries / command[0]), *command[1:]],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=_owner(),
                start_new_session=True,
            )

    def _log(self) -> Path:
        return self._folder / "server.log"


@contextmanager
def own_server(binaries: Path) -> Iterator[Server]:
    """A running server with nothing in it; gone afterwards."""
    # A socket's path has at most about 100 characters, so TMPDIR is left aside.
    folder = Path(tempfile.mkdtemp(prefix="alpha-swarm-pg-", dir="/tmp"))
    owner = _owner()
    os.chown(folder, -1 if owner is None else owner, -1)
    server = Server(folder, binaries)
    try:
        server.create()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> int | None:
    """As whom the server runs: it refuses to run as root."""
    if os.getuid():
        return os.getuid()
    try:
        return pwd.getpwnam(_OWNER).pw_uid
    except KeyError:
        return None
