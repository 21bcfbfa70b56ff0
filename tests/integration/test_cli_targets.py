"""``targets``: pausing and going on, by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.coordination.breaker import Breakers, Tally
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own, with one CRM."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "ALPHA_SWARM_HOME": str(tmp_path / "home"),
        "SYNC_TARGETS": "ghl",
        "GHL_API_KEY": "key",
        "GHL_LOCATION_ID": "location",
    }.items():
        monkeypatch.setenv(name, value)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The answer of a command that succeeds, by target."""
    assert run(["targets", *arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["targets"]
    return {row["target"]: row["why"] for row in rows}


def test_a_target_is_paused_and_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "list") == {"clay": None, "ghl": None}
    assert ask(capsys, "pause", "ghl", "--minutes", "5") == {"clay": None, "ghl": "paused by hand"}
    assert ask(capsys, "resume", "ghl") == {"clay": None, "ghl": None}


def test_limits_are_shown_beside_the_target_that_they_are_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Without Redis as they are configured, for people with a word for what is not known."""
    assert run(["targets", "list", "--json"]) == 0
    rows = {row["target"]: row["limits"] for row in json.loads(capsys.readouterr().out)["targets"]}
    assert [one["limit"] for one in rows["clay"]] == [
        "clay.rows",
        "clay.enrich",
        "clay.updates",
        "clay.exports",
    ]
    assert rows["ghl"][0] == {"limit": "ghl", "configured": "100/10", "learned": None, "used": None}
    assert run(["status", "--json"]) == 0
    assert rows["clay"][0] in json.loads(capsys.readouterr().out)["limits"]
    assert run(["targets", "list"]) == 0
    assert "unknown" in capsys.readouterr().out


def breakers(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """How they stand, by target."""
    assert run(["targets", "list", "--json"]) == 0
    return {row["target"]: row["breaker"] for row in json.loads(capsys.readouterr().out)["targets"]}


def test_how_the_breakers_stand_is_shown_with_redis_and_unknown_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing fails for it."""
    assert breakers(capsys) == {"clay": "unknown", "ghl": "unknown"}
    server = EmbeddedServer(tmp_path / "home")
    server.start()
    with connect(server.url) as connection:
        Breakers(connection).act("ghl", "report", "", Tally(0, 10, 10, 0))
    assert breakers(capsys) == {"clay": "closed", "ghl": "open"}
    assert run(["targets", "resume", "ghl"]) == 0
    capsys.readouterr()
    assert breakers(capsys) == {"clay": "closed", "ghl": "half_open"}
    assert run(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["breakers"] == {"clay": "closed", "ghl": "half_open"}
    server.stop()
    assert breakers(capsys) == {"clay": "unknown", "ghl": "unknown"}


def test_an_unknown_target_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["targets", "pause", "hubspot"]) == 2
    assert "take one of clay, ghl" in capsys.readouterr().err
