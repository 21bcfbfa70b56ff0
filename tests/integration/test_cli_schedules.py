"""``schedules``: what is done again and again, seen and run by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from alpha_swarm.app import App, build
from alpha_swarm.cli.main import run
from alpha_swarm.config import load_settings
from alpha_swarm.errors import NotReadyError
from alpha_swarm.ledger.schema.executions import schedule_runs
from alpha_swarm.queueing.periodic import PERIODIC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ["sweep", *(one.name for one in PERIODIC)]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """An installation of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLAY_API_KEY", "clay")
    app = build(load_settings(dotenv=None), holder="test")
    yield app
    app.close()


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """As the command shows them."""
    assert run(["schedules", "list", "--json"]) == 0
    return {one["name"]: one for one in json.loads(capsys.readouterr().out)["schedules"]}


@pytest.mark.usefixtures("app")
def test_every_schedule_is_shown_before_it_ever_ran(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(capsys)
    assert list(found) == NAMES
    assert all(one["every_seconds"] >= 1 and one["what"] for one in found.values())
    assert {(one["last_run_at"], one["last_result"], one["overdue"]) for one in found.values()} == {
        (None, None, False)
    }


@pytest.mark.parametrize("name", NAMES)
def test_each_is_run_by_hand_and_shows_it(app: App, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """There is nothing to do, which is a success."""
    assert run(["schedules", "run", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": name, "result": "ok"}
    (ran,) = [one for one in app.schedules() if one["last_run_at"]]
    assert (ran["name"], ran["last_result"], ran["overdue"]) == (name, "ok", False)
    assert ran["next_at"] > ran["last_run_at"]


@pytest.mark.usefixtures("app")
def test_an_unknown_one_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schedules", "run", "laundry"]) == 2
    assert "there is no schedule laundry: take one of sweep, tidy" in capsys.readouterr().err


def test_one_that_fails_shows_its_verdict(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """And of a foreign error its kind alone."""
    for error, said in (
        (NotReadyError("the CRM is away"), "failed: the CRM is away"),
        (OperationalError("Zaphod", {}, Exception("Zaphod")), "failed: OperationalError"),
    ):

        def fail(error: Exception = error) -> None:
            raise error

        monkeypatch.setitem(app._schedules._acts, "pull", fail)
        with pytest.raises(type(error)):
            app.run_schedule("pull")
        assert {one["name"]: one["last_result"] for one in app.schedules()}["pull"] == said


def test_what_nobody_runs_any_more_is_overdue(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    app.run_schedule("replay")
    with app.ledger.begin() as tx:
        tx.session.run(schedule_runs.update().values(ran_at=schedule_runs.c.ran_at - 300.0))
    assert listed(capsys)["replay"]["overdue"]
    assert run(["schedules", "list"]) == 0
    assert "run by nobody" in capsys.readouterr().out
