"""``lanes``: what people see of the lanes and do with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.app import App, build
from alpha_swarm.cli.main import run
from alpha_swarm.config import load_settings
from alpha_swarm.domain.lanes import NO_LANE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://lane.example.com/v3/sources/webhook/s3cret"
LANES = [{"name": "main", "url": URL, "token": "t0ken"}, {"name": "spare", "url": URL, "table": "leads"}]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own with two lanes."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "ALPHA_SWARM_HOME": str(tmp_path / "home"),
        "CLAY_TRANSPORT": "webhook",
        "CLAY_LANES": json.dumps(LANES),
        "CLAY_WEBHOOK_SECRET": "secret",
        "BASE_URL": "https://us.example.com",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def app() -> Iterator[App]:
    """Another process of it."""
    app = build(load_settings(dotenv=None), holder="test")
    app.lanes.bring_in()
    yield app
    app.close()


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The answer of a command that succeeds."""
    assert run(["lanes", *arguments, "--json"]) == 0
    text = capsys.readouterr().out
    assert "s3cret" not in text
    assert "t0ken" not in text
    answer: dict[str, Any] = json.loads(text)
    return answer


def states(answer: dict[str, Any]) -> dict[str, str]:
    """Lane → how it stands."""
    return {lane["name"]: lane["state"] for lane in answer["lanes"]}


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line of a command that is refused."""
    assert run(["lanes", *arguments]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert "s3cret" not in line
    return line


def test_configured_lanes_are_listed_without_address_and_token(capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(capsys, "list")
    assert [(lane["name"], lane["table"], lane["token"]) for lane in answer["lanes"]] == [
        ("main", None, True),
        ("spare", "leads", False),
    ]
    assert (answer["room"], answer["days_left"], answer["notes"]) == (90_000, None, [])
    assert run(["lanes", "list"]) == 0
    assert "s3cret" not in capsys.readouterr().out


def test_a_count_is_set_and_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Near its margin, and at it."""
    near = ask(capsys, "set-used", "main", "40000")
    assert near["notes"] == ["lane main is nearly used up: 40,000 of 50,000 records used"]
    full = ask(capsys, "set-used", "main", "45000", "--table-rows", "12")
    assert states(full) == {"main": "exhausted", "spare": "active"}
    assert full["lanes"][0]["table_rows"] == 12
    assert ask(capsys, "set-used", "main", "0")["notes"] == []


def test_lanes_are_added_paused_and_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys, "add", "third", "--url", URL, "--token", "t0ken", "--unlimited")
    assert states(ask(capsys, "pause", "main")) == {"main": "paused", "spare": "active", "third": "active"}
    answer = ask(capsys, "resume", "main")
    assert states(answer)["main"] == "active"
    assert answer["room"] is None


def test_whoever_waited_for_a_lane_goes_on_when_there_is_one(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pause for another reason stays."""
    app.pause("clay", 3600)
    ask(capsys, "resume", "main")
    assert app.targets()[0]["paused"]
    app.resume("clay")
    for name in ("main", "spare"):
        ask(capsys, "pause", name)
    with app.ledger.begin() as tx:
        tx.pauses.pause("clay", app.ledger.lanes.why_none(app.settings.clay.margins), 30)
    assert app.targets()[0]["paused"]
    ask(capsys, "resume", "main")
    assert not app.targets()[0]["paused"]


def test_the_status_names_what_is_wrong_with_lanes(app: App) -> None:
    """It is degraded, and says why."""
    app.lanes.pause("main")
    app.lanes.set_used("spare", 45_000, None)
    reasons = app.status()["reasons"]
    assert any(reason.startswith("lane main is paused: paused by hand") for reason in reasons)
    assert any(reason.startswith("lane spare is exhausted: 45,000 of 50,000") for reason in reasons)
    assert any(reason.startswith(NO_LANE) for reason in reasons)
    assert app.status()["health"] == "degraded"


def test_tidying_notices_a_lane_that_fell_silent(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """By CLAY_SOFT_DEADLINE; where nothing calls back, silence says nothing."""
    ids = [f"lead{number}.1" for number in range(20)]
    app.ledger.lanes.reserve(ids, app.settings.clay.margins)
    app.ledger.lanes.accepted("main", ids)
    monkeypatch.setenv("CLAY_SOFT_DEADLINE", "0.000001")
    for given, state in (({"BASE_URL": ""}, "active"), ({}, "suspect")):
        with monkeypatch.context() as patch:
            for name, value in given.items():
                patch.setenv(name, value)
            sooner = build(load_settings(dotenv=None), holder="sooner")
        sooner.tidy()
        assert sooner.lanes.report()["lanes"][0]["state"] == state
        sooner.close()


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("pause", "nobody"), "take one of main, spare"),
        (("set-used", "nobody", "1"), "take one of main, spare"),
        (("add", "main", "--url", URL), "another name"),
        (("add", "x", "--url", "http://lane.example.com/s3cret"), "https://"),
        (("add", "x", "--url", "https://10.0.0.1/s3cret"), "private"),
        (("add", "x", "--url", URL, "--token", "two words"), "blanks"),
        (("set-used", "main", "many"), "integer"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else None,
)
def test_mistakes_end_with_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], remedy: str
) -> None:
    """That says the remedy, and nothing of the address."""
    assert remedy in complaint(capsys, *arguments)
