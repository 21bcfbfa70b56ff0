"""``up``: a whole installation of real processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from alpha_swarm.coordination.embedded import EmbeddedServer
from tests.integration.test_supervisor import alive
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.acceptance

COMMAND = [sys.executable, "-m", "alpha_swarm.cli.main", "up"]


class Installation:
    """``alpha-swarm up`` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "log"
        self.environ = {
            "PATH": os.environ["PATH"],
            "ALPHA_SWARM_HOME": str(home),
            "API_PORT": "0",
            "API_KEYS": "key",
            "CLAY_API_KEY": "key",
            "CLAY_API_BASE_URL": "http://127.0.0.1:9",
            "SYNC_TARGETS": "ghl",
            "GHL_API_KEY": "key",
            "GHL_LOCATION_ID": "here",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(COMMAND, env=self.environ, stdout=log, stderr=log, cwd=home)  # noqa: S603 - our own command

    def address(self) -> str:
        """The HTTP door's, once everything is up."""
        line = re.compile(r"^Alpha Swarm is up: (\S+)$", re.MULTILINE)
        wait_until(lambda: line.search(self.log.read_text()), seconds=60)
        found = line.search(self.log.read_text())
        assert found is not None
        return found[1]

    def parts(self) -> dict[str, int]:
        """Module of each part → its process."""
        found = {}
        for status in Path("/proc").glob("[0-9]*/cmdline"):
            words = command_line(status)
            parent = f"{self.process.pid}"
            if "-P" in words and parent_of(status) == parent:
                found[words[words.index("-m") + 1]] = int(status.parent.name)
        return found

    def second(self) -> subprocess.CompletedProcess[str]:
        """Another ``up`` in the same home."""
        return subprocess.run(  # noqa: S603 - our own command
            COMMAND, env=self.environ, cwd=self.home, capture_output=True, text=True, check=False
        )


def command_line(path: Path) -> list[str]:
    """A process's words, none when it is gone."""
    try:
        return path.read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def parent_of(path: Path) -> str:
    """The parent's id."""
    try:
        return path.with_name("stat").read_text().rpartition(")")[2].split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return ""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A running one, ended afterwards."""
    installation = Installation(tmp_path)
    yield installation
    installation.process.kill()
    installation.process.wait()
    leftover = EmbeddedServer(tmp_path)
    leftover.start()
    leftover.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_everything_comes_up_heals_and_ends_in_peace(installation: Installation) -> None:
    address = installation.address()
    assert requests.get(f"{address}/health/live", timeout=60).status_code == 200  # noqa: TID251 - a client from outside
    before = installation.parts()
    assert set(before) == {
        "alpha_swarm.api",
        *(f"workers.{name}" for name in ("ingest", "enrich", "sync", "dlq", "scheduler")),
    }

    second = installation.second()
    assert second.returncode == 2
    assert len(second.stderr.splitlines()) == 1
    assert "is up already" in second.stderr

    os.kill(before["workers.enrich"], signal.SIGKILL)
    wait_until(
        lambda: (
            installation.parts().get("workers.enrich", before["workers.enrich"]) != before["workers.enrich"]
        )
    )

    server = EmbeddedServer(installation.home)
    os.kill(server_pid(server), signal.SIGKILL)
    wait_until(server.alive)

    installation.process.send_signal(signal.SIGTERM)
    assert installation.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert not any(alive(part) for part in before.values())
    assert not server.alive()


def server_pid(server: EmbeddedServer) -> int:
    """The embedded Redis's process."""
    words = f"unixsocket:{server.socket}"
    return next(
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if any(words in word for word in command_line(path))
    )


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_supervisor_takes_its_parts_along_and_the_next_finds_the_home_free(
    installation: Installation,
) -> None:
    installation.address()
    parts = installation.parts()
    installation.process.kill()
    installation.process.wait()
    wait_until(lambda: not any(alive(part) for part in parts.values()))
    again = Installation(installation.home)
    try:
        again.address()
    finally:
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(timeout=PATIENCE_SECONDS) == 0


def test_a_wrong_setting_is_one_line_and_exit_2(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "ALPHA_SWARM_HOME": str(tmp_path), "CLAY_BATCH_ROWS": "many"}
    ended = subprocess.run(  # noqa: S603 - our own command
        COMMAND, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
