"""``dlq`` from the list to the end of a replay."""

from __future__ import annotations

import json
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.sandbox.server import running
from tests.integration.pipeline.replaying import down
from tests.integration.world import QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Some leads did not come into GoHighLevel, and the commands know where."""
    home, database = tmp_path / "home", f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.chdir(tmp_path)
    with running(QUIET) as url, installed(home, url, database) as one:
        for name, value in environment(home, url, database).items():
            monkeypatch.setenv(name, value)
        down(one, 6)
        yield one


@pytest.fixture
def driven(world: World) -> Iterator[World]:
    """The scheduler and the workers go round beside the commands."""
    over = Event()

    def go_round() -> None:
        while not over.is_set():
            world.app.advance()
            if not world.step():
                world.let_time_pass(1.0)

    thread = Thread(target=go_round)
    thread.start()
    yield world
    over.set()
    thread.join()


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The answer of a command."""
    assert run(["dlq", *arguments, "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.usefixtures("world")
def test_letters_are_listed_in_groups_and_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    listed = said(capsys, "list")
    (group,) = listed["groups"]
    assert (group["step"], group["letters"]) == ("sync-ghl", listed["total"])
    letters = said(capsys, "list", "--each", "--target", "ghl", "--class", "transient")["letters"]
    assert len(letters) == listed["total"]
    assert said(capsys, "list", "--cause", "refused")["total"] == 0
    assert said(capsys, "list", "--since", "2099-01-01")["total"] == 0
    one = said(capsys, "show", letters[0]["id"])
    assert (one["lead_state"], one["needed"]) == ("dead", group["needed"])
    assert said(capsys, "show", "nobody", code=1) == {"found": False}
    for arguments in (["list"], ["list", "--each"], ["show", letters[0]["id"]], ["plan"], ["replays"]):
        assert run(["dlq", *arguments]) == 0
        assert capsys.readouterr().out


@pytest.mark.usefixtures("world")
def test_nothing_is_done_where_an_id_is_no_letters(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither to the letters that were named beside it. A closed letter is known still, and stays closed."""
    letter = said(capsys, "list", "--each")["letters"][0]["id"]
    for arguments in (["plan"], ["discard", "--reason", "tested"]):
        answer = said(capsys, *arguments, letter, "nobody", code=1)
        assert answer == {"found": False, "unknown": ["nobody"]}
        assert run(["dlq", *arguments, "nobody"]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err) == ("", "no such dead letter: nobody; nothing was done\n")
    assert said(capsys, "discard", letter.lower(), "--reason", "tested") == {"discarded": 1}
    assert said(capsys, "discard", letter, "--reason", "tested") == {"discarded": 0}


_MISTAKES = [
    (["list", "--step", "nowhere"], "take one of ghl"),
    (["list", "--since", "yesterday"], "write 2026-01-31"),
    (["discard", "--reason", "why"], "say which letters"),
    (["discard", "--reason", " ", "--cause", "refused"], "say why"),
]


@pytest.mark.usefixtures("world")
def test_a_mistake_is_told_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, remedy in _MISTAKES:
        assert run(["dlq", *arguments]) == 2
        assert remedy in capsys.readouterr().err


@pytest.mark.usefixtures("driven")
def test_a_plan_is_applied_and_followed_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    plan = said(capsys, "plan", "--step", "ghl")
    told = said(capsys, "apply", plan["hash"])
    assert (told["state"], told["done"]) == ("done", plan["runs"])
    (listed,) = said(capsys, "replays")["replays"]
    assert listed["id"] == told["replay_id"]
    assert said(capsys, "list")["total"] == 0


@pytest.mark.usefixtures("world")
def test_a_replay_goes_on_without_its_command_until_it_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    plan = said(capsys, "plan")
    told = said(capsys, "apply", plan["hash"], "--no-wait")
    assert told["state"] == "canary"
    assert said(capsys, "stop", told["replay_id"]) == {"stopped": True}
    assert said(capsys, "stop", told["replay_id"], code=1) == {"stopped": False}


@pytest.mark.usefixtures("world")
def test_what_cannot_be_applied_is_refused_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dlq", "apply", "0" * 64]) == 1
    told = capsys.readouterr()
    assert (told.out, "dlq plan" in told.err) == ("", True)


@pytest.mark.usefixtures("world")
def test_letters_are_discarded_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    letters = said(capsys, "list", "--each")["letters"]
    assert said(capsys, "discard", letters[0]["id"], "--reason", "tested") == {"discarded": 1}
    assert said(capsys, "discard", "--target", "ghl", "--reason", "tested")["discarded"] == len(letters) - 1
    assert run(["dlq", "discard", "--target", "ghl", "--reason", "tested"]) == 0
