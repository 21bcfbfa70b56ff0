"""``enrich`` against the sandbox, with nothing else running."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.cli.main import run
from alpha_swarm.config import VARIABLES
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PERSON = ("--linkedin-url", "https://www.linkedin.com/in/jane-doe-78", "--first-name", "Jane")


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A sandbox whose enrichment of this person succeeds, and an installation that points at it."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with running(SandboxSettings(seed=7, enrich_seconds=(0.1, 0.2))) as url:
        variables = {
            "ALPHA_SWARM_HOME": str(tmp_path / "home"),
            "CLAY_API_KEY": "k",
            "CLAY_API_BASE_URL": f"{url}/clay/v1",
            "CLAY_POLL_AFTER": "0.5",
            "GHL_API_BASE_URL": f"{url}/ghl",
            "GHL_API_KEY": "k",
            "GHL_LOCATION_ID": "l",
            "SYNC_TARGETS": "ghl",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield url


def contacts(sandbox: str) -> dict[str, Any]:
    """What GoHighLevel counted."""
    with requests.Session() as session:
        session.trust_env = False
        counted: dict[str, Any] = session.get(f"{sandbox}/_sandbox/ledger", timeout=60).json()["ghl"]
        return counted


def test_a_person_is_enriched_and_synced_while_one_waits(
    sandbox: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once: the same again costs nothing; and no server is left running."""
    answers = []
    for _ in range(2):
        assert run(["enrich", *PERSON, "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    first, second = answers
    assert (first["state"], first["staleness"], first["source_type"]) == ("synced", "fresh", "direct")
    assert first["email"]
    assert (first["lead_id"], first["enriched_at"]) == (second["lead_id"], second["enriched_at"])
    with requests.Session() as session:
        session.trust_env = False
        counted = session.get(f"{sandbox}/_sandbox/ledger", timeout=60).json()
    assert (counted["clay"]["enrichments"], counted["ghl"]["contacts"]) == (1, 1)
    assert not EmbeddedServer(tmp_path / "home").alive()


def test_who_is_not_done_in_time_is_named_with_exit_1(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its id and state, so that it can be looked after; the lead is kept."""
    del sandbox
    monkeypatch.setattr("alpha_swarm.cli.leads.enriching.LONGEST_SECONDS", 0.0)
    assert run(["enrich", *PERSON, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"lead_id", "state"}
    assert run(["leads", "show", answer["lead_id"], "--json"]) == 0


def clay(sandbox: str, how: str) -> None:
    """Clay goes down, is paused by hand, or its breaker opens; GoHighLevel stays as it is."""
    if how == "paused":
        assert run(["targets", "pause", "clay"]) == 0
        return
    fault = {"service": "clay", "operation": "*", "fault": "status", "status": 503}
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{sandbox}/_sandbox/faults", json=fault, timeout=60).raise_for_status()


@pytest.mark.parametrize("how", ["down", "paused", "unreachable"])
def test_while_clay_is_away_what_is_known_is_shown_as_a_fallback_and_goes_nowhere(
    how: str, sandbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, and no CRM is told again."""
    assert run(["enrich", *PERSON, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["staleness"], first["fallback"]) == ("fresh", False)
    before = contacts(sandbox)
    if how == "unreachable":
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        monkeypatch.setenv("CLAY_API_BASE_URL", f"http://127.0.0.1:{port}")
    else:
        clay(sandbox, how)
    capsys.readouterr()
    assert run(["enrich", *PERSON, "--json"]) == 0
    known = json.loads(capsys.readouterr().out)
    # That the person came once more is noted among the sources.
    del first["provenance"], known["provenance"]
    assert known == {**first, "fallback": True}
    assert contacts(sandbox) == before


@pytest.mark.usefixtures("sandbox")
def test_somebody_unknown_waits_while_clay_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to fall back on, and the lead is kept."""
    monkeypatch.setattr("alpha_swarm.cli.leads.enriching.LONGEST_SECONDS", 1.0)
    assert run(["targets", "pause", "clay"]) == 0
    capsys.readouterr()
    assert run(["enrich", *PERSON, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["state"] == "received"
    assert run(["leads", "show", answer["lead_id"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fallback"] is False


def test_leads_show_says_that_clay_is_away(sandbox: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same values, marked."""
    assert run(["enrich", *PERSON, "--json"]) == 0
    lead_id = json.loads(capsys.readouterr().out)["lead_id"]
    clay(sandbox, "paused")
    capsys.readouterr()
    for away in (True, False):
        assert run(["leads", "show", lead_id, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["fallback"] is away
        assert run(["targets", "resume", "clay"]) == 0
        capsys.readouterr()


def test_doctor_asks_every_service_for_something_harmless(
    sandbox: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that is configured answers."""
    del sandbox
    assert run(["doctor", "--json"]) == 0
    results = {check["name"]: check["result"] for check in json.loads(capsys.readouterr().out)["checks"]}
    assert (results["clay"], results["ghl"]) == ("ok", "ok")


@pytest.mark.usefixtures("sandbox")
def test_doctor_names_the_other_ways_in_where_the_row_api_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The vendor's own address answers 404 to every call of it."""
    with running(SandboxSettings(deprecated=True)) as url:
        monkeypatch.setenv("CLAY_API_BASE_URL", f"{url}/clay/v1")
        assert run(["doctor", "--json"]) == 1
    (clay,) = (check for check in json.loads(capsys.readouterr().out)["checks"] if check["name"] == "clay")
    assert clay["result"] == "failed"
    assert "deprecated API endpoint" in clay["remedy"]
    assert "CLAY_TRANSPORT=webhook" in clay["remedy"]
