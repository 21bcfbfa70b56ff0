"""The embedded Redis: one a home, whoever starts it and however its starters end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING

import pytest

from alpha_swarm.coordination import embedded
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer, embedded_socket, embedded_url
from alpha_swarm.coordination.scripts import SINCE
from alpha_swarm.errors import ConfigurationError
from tests.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

STARTER = """
import sys, time
from pathlib import Path
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
with connect(server.url) as connection:
    print(connection.info("server")["run_id"], flush=True)
sys.stdin.read()
"""


def starter(home: Path) -> subprocess.Popen[str]:
    """A process that starts the server and lives until its stdin closes."""
    return subprocess.Popen(  # noqa: S603 - the test's own program
        [sys.executable, "-c", STARTER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_line(process: subprocess.Popen[str]) -> str:
    """What it says first: the server's run id."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def run_id(server: EmbeddedServer) -> str:
    """Which start of the server this is."""
    with connect(server.url) as connection:
        return str(connection.info("server")["run_id"])


def end(process: subprocess.Popen[str], signum: signal.Signals) -> None:
    """End a starter and close its pipes."""
    process.send_signal(signum)
    process.communicate()


def test_it_keeps_an_append_only_file_evicts_nothing_and_has_no_port(server: EmbeddedServer) -> None:
    with connect(server.url) as connection:
        config = connection.config_get()
    assert config["appendonly"] == "yes"
    assert config["appendfsync"] == "everysec"
    assert config["maxmemory-policy"] == "noeviction"
    assert config["port"] == "0"


def test_ctrl_c_in_the_terminal_does_not_reach_it(server: EmbeddedServer) -> None:
    assert server.process is not None
    assert os.getsid(server.process.pid) != os.getsid(0)


@pytest.mark.parametrize("name", ["with blank", "é%41?#", "deep/" + "long" * 30])
def test_any_home_will_do(tmp_path: Path, name: str) -> None:
    server = EmbeddedServer(tmp_path / name)
    server.start()
    try:
        assert server.url == embedded_url(tmp_path / name)
        assert server.alive()
    finally:
        server.stop()


def test_a_home_too_deep_for_a_socket_has_it_in_a_private_temporary_directory(tmp_path: Path) -> None:
    socket = embedded_socket(tmp_path / ("long" * 30))
    assert len(os.fsencode(socket)) <= embedded.LONGEST_PATH
    embedded.private_directory(socket.parent)
    assert socket.parent.stat().st_mode & 0o077 == 0


def test_six_starters_at_once_have_one_server(tmp_path: Path) -> None:
    starters = [starter(tmp_path) for _ in range(6)]
    try:
        assert len({first_line(process) for process in starters}) == 1
    finally:
        for process in starters:
            end(process, signal.SIGKILL)
        adopt_and_stop(tmp_path)


def adopt_and_stop(home: Path) -> None:
    """Take over a dead owner's server and end it."""
    server = EmbeddedServer(home)
    server.start()
    server.stop()
    assert not server.alive()


def test_a_killed_owners_server_is_adopted_and_stopped_by_the_next(tmp_path: Path) -> None:
    owner = starter(tmp_path)
    before = first_line(owner)
    end(owner, signal.SIGKILL)
    server = EmbeddedServer(tmp_path)
    server.start()
    assert run_id(server) == before
    server.stop()
    assert not server.alive()


def test_only_the_owner_stops_it(server: EmbeddedServer) -> None:
    guest = EmbeddedServer(server.home)
    guest.start()
    guest.stop()
    assert server.alive()


def test_a_killed_server_comes_back_with_what_it_held(server: EmbeddedServer) -> None:
    with connect(server.url) as connection:
        connection.set("kept", 1)
    assert server.process is not None
    server.process.kill()
    wait_until(lambda: not server.running())
    server.start()
    with connect(server.url) as connection:
        assert connection.get("kept") == b"1"


def test_one_that_is_killed_while_it_starts_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody kills is not set up wrongly."""
    spawn = EmbeddedServer._spawn
    killed: list[int] = []

    def spawn_and_kill_the_first(server: EmbeddedServer, running: IO[str]) -> subprocess.Popen[bytes]:
        process = spawn(server, running)
        if not killed:
            process.kill()
            killed.append(process.wait())
        return process

    monkeypatch.setattr(EmbeddedServer, "_spawn", spawn_and_kill_the_first)
    server = EmbeddedServer(tmp_path)
    server.start()
    try:
        assert killed == [-signal.SIGKILL]
        assert server.alive()
    finally:
        server.stop()


def test_spoilt_data_end_the_start_with_a_remedy_and_the_end_of_the_log(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    folder = server.data / "appendonlydir"
    folder.mkdir(parents=True)
    (folder / "appendonly.aof.manifest").write_text("spoilt\n")
    with pytest.raises(ConfigurationError, match=r"(?s)set REDIS_URL.*AOF"):
        server.start()


def test_no_second_server_touches_the_files_of_one_that_hangs(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert server.process is not None
    monkeypatch.setattr(embedded, "START_SECONDS", 0.1)
    server.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(ConfigurationError, match="does not answer"):
            EmbeddedServer(server.home).start()
    finally:
        server.process.send_signal(signal.SIGCONT)
    assert server.alive()


def test_a_home_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="ALPHA_SWARM_HOME"):
        EmbeddedServer(tmp_path / "file" / "home").start()


def test_only_a_new_home_counts_as_one_from_which_nothing_was_called(tmp_path: Path) -> None:
    """With its data removed by hand, the server of an old home must not open the gates at once."""
    server = EmbeddedServer(tmp_path)
    server.start()
    with connect(server.url) as connection:
        assert connection.get(SINCE) == b"0"
    server.stop()
    shutil.rmtree(server.data)
    server.start()
    with connect(server.url) as connection:
        assert connection.get(SINCE) is None
    server.stop()
