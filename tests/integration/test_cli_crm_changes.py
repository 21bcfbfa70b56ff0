"""``targets diff``, ``targets sync`` and ``targets undo``, on an installation whose leads are through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.sandbox.server import running
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.world import World


@pytest.fixture
def through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Six leads are in GoHighLevel, and the commands know where."""
    home = tmp_path / "home"
    database = f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.chdir(tmp_path)
    with running(QUIET) as url, installed(home, url, database, SYNC_TARGETS="ghl") as one:
        one.people(6)
        one.settle()
        for name, value in {
            "ALPHA_SWARM_HOME": str(home),
            "ALPHA_SWARM_KEY": "a key for tests, long enough",
            "DATABASE_URL": database,
            "SYNC_TARGETS": "ghl",
            "GHL_API_BASE_URL": f"{url}/ghl",
            "GHL_API_KEY": "ghl",
            "GHL_LOCATION_ID": "loc",
        }.items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def world(through: World, tmp_path: Path) -> Iterator[World]:
    """The queue's server runs as well."""
    server = EmbeddedServer(tmp_path / "home")
    server.start()
    yield through
    server.stop()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The answer of a command that succeeds."""
    assert run(["targets", *arguments, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_diff_shows_what_a_sync_would_change(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing, as long as nothing is known better; for one lead or for the latest."""
    answer = said(capsys, "diff")
    assert set(answer["actions"]) == {"none"}
    assert {row["target"] for row in answer["changes"]} == {"ghl"}
    (lead_id, *_) = (row["lead_id"] for row in answer["changes"])
    assert [row["lead_id"] for row in said(capsys, "diff", lead_id)["changes"]] == [lead_id]
    assert run(["targets", "diff"]) == 0
    assert "none" in capsys.readouterr().out
    assert world.sandbox_ledger()["ghl"]["updates"] == 0


def test_leads_are_sent_once_more_on_demand(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "sync") == {"syncs": {}}
    told = said(capsys, "sync", "--all")
    assert told["syncs"]["ghl"] == world.sandbox_ledger()["ghl"]["contacts"]
    world.settle()
    assert world.sandbox_ledger()["ghl"]["updates"] == 0


def test_a_run_is_undone_by_its_batch_and_by_its_day(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Records that it created stay."""
    (batch,) = {lead.batch for lead in world.leads().values()}
    assert batch is not None
    told = said(capsys, "undo", batch)
    assert (told["changes"], told["created"]) == (0, world.sandbox_ledger()["ghl"]["contacts"])
    assert run(["targets", "undo", "2020-01-01"]) == 0
    assert "created" in capsys.readouterr().out


def test_a_crm_that_cannot_be_asked_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer is printed all the same, as other CRMs may be in it."""
    (batch,) = {lead.batch for lead in world.leads().values()}
    assert batch is not None
    world.fault(service="ghl", fault="status", status=401)
    for command in (["diff"], ["undo", batch]):
        assert run(["targets", *command, "--json"]) == 1
        told = capsys.readouterr()
        assert json.loads(told.out)["stopped"].keys() == {"ghl"}
        assert "ghl is not through: ghl get contact answered 401" in told.err


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["diff", "nobody@works.example"], "not known"),
        (["diff", "--target", "hubspot"], "configured are ghl"),
        (["undo", "x", "--target", "pipedrive"], "configured are ghl"),
        (["sync", "--target", "pipedrive"], "configured are ghl"),
        (["diff", "--ask"], "SLACK_BOT_TOKEN and SLACK_CHANNEL and SLACK_SIGNING_SECRET not set"),
        (["diff", "--fields", "title"], "title is not protected: --fields takes owner, source, stage"),
        (["undo", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], "no such run is known"),
        (["undo", "2026-02-30"], "or a day in UTC"),
        (["diff", "--run", "01ARZ3NDEKTSV4RRFFQ69G5FAV"], "no such run is known"),
    ],
)
@pytest.mark.usefixtures("world")
def test_a_mistake_ends_with_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], remedy: str
) -> None:
    assert run(["targets", *arguments]) == 2
    line = capsys.readouterr().err
    assert remedy in line
    assert line.count("\n") == 1


@pytest.fixture
def bot(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The installation can ask in Slack."""
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_CHANNEL": "C1",
        "SLACK_SIGNING_SECRET": "s",
        "SLACK_API_BASE_URL": f"{world.url}/slack/api",
    }.items():
        monkeypatch.setenv(name, value)
    return world


def test_a_diff_asks_and_says_how_to_see_the_answer(bot: World, capsys: pytest.CaptureFixture[str]) -> None:
    """For protected fields by name; what stands there is still as it was."""
    asked = said(capsys, "diff", "--fields", "source", "--ask")["asked"]
    number = bot.sandbox_ledger()["ghl"]["contacts"]
    assert (asked["changes"], asked["left_out"]) == (number, 0)
    (shown,) = said(capsys, "approvals")["approvals"]
    assert (shown["id"], shown["kind"], shown["state"], shown["leads"]) == (
        asked["id"],
        "protected",
        "asked",
        {"ghl": number},
    )
    assert run(["targets", "diff", "--fields", "source", "--ask"]) == 0
    assert "alpha-swarm targets approvals shows the answer" in " ".join(capsys.readouterr().out.split())
    assert run(["targets", "approvals"]) == 0
    assert "asked" in capsys.readouterr().out
    assert bot.sandbox_ledger()["ghl"]["updates"] == 0


@pytest.mark.usefixtures("bot")
def test_where_nothing_changes_nobody_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "diff", "--ask")["asked"] == {"id": None, "changes": 0, "left_out": 0}
    assert said(capsys, "approvals") == {"approvals": []}


@pytest.mark.usefixtures("through")
def test_without_the_queues_server_nobody_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """The limits stand there; it is said at once."""
    assert run(["targets", "diff"]) == 1
    line = capsys.readouterr().err
    assert "Redis is out of reach" in line
    assert line.count("\n") == 1
