"""``privacy``: what a person asks for, from the command to the end of its steps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from alpha_swarm.cli.main import run
from alpha_swarm.sandbox.server import running
from tests.integration.pipeline.rights_world import EMAIL, MARK, PROFILE, canary
from tests.integration.world import NOW, QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The person and somebody else are synced, and the commands know where."""
    # What another test settled about logs is none of this one's business.
    structlog.reset_defaults()
    home, database = tmp_path / "home", f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.chdir(tmp_path)
    with running(QUIET) as url, installed(home, url, database) as one:
        for name, value in environment(home, url, database).items():
            monkeypatch.setenv(name, value)
        one.take([canary()], NOW)
        one.people(1)
        one.settle()
        yield one


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The answer of a command."""
    assert run(["privacy", *arguments, "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_request_is_shown_from_its_beginning_to_its_end(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Redis no call goes out: the request stands all the same, and is carried out later."""
    told = said(capsys, "erase", PROFILE)
    assert (told["right"], told["leads"]) == ("erasure", 1)
    assert {one["system"] for one in told["steps"]} == {"clay", "ghl", "instantly", "ledger"}
    assert said(capsys, "show", told["request"])["lead_ids"] == told["lead_ids"]
    world.let_time_pass(7200)
    world.app.rights.go_on()
    (listed,) = said(capsys, "list")["requests"]
    assert listed["ended_at"]
    assert run(["privacy", "show", told["request"]]) == 0
    printed = capsys.readouterr()
    assert MARK not in printed.out + printed.err
    assert run(["privacy", "done", told["request"], "ghl"]) == 2
    assert "has no task in ghl" in capsys.readouterr().err


def test_an_objection_and_a_list_by_command(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert said(capsys, "object", EMAIL)["right"] == "objection"
    assert run(["leads", "export", "--format", "ndjson"]) == 0
    exported = capsys.readouterr().out
    assert exported.count("\n") == 1
    assert MARK not in exported
    (other,) = (key for key, lead in world.leads().items() if lead.input.email != EMAIL)
    email = world.leads()[other].enrichment
    assert email is not None
    file = tmp_path / "list.csv"
    file.write_text(f"name,email,phone\nJo,{email.values.email_work},\nSam,,+1 415 555 0100\n")
    told = said(capsys, "suppress", str(file))
    assert (told["suppressed"], told["leads"]) == (2, 1)
    assert world.app.status()["leads"]["objected"] == 1
    assert world.app.status()["leads"]["erased"] == 1
    assert run(["privacy", "suppress", str(tmp_path / "none.csv")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert run(["privacy", "erase", "John Smith"]) == 2
    assert "give a lead's id" in capsys.readouterr().err


def test_a_file_that_brings_the_person_again_says_so(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By number alone: whoever it is stands in no file of rejects."""
    del world
    said(capsys, "erase", PROFILE)
    file = tmp_path / "leads.csv"
    columns = ("linkedin_url", "source_type", "source_name", "scraped_at")
    file.write_text(f"{','.join(columns)}\n{PROFILE},post_liker,Rival,2026-01-15T10:00:00Z\n")
    assert run(["leads", "add", str(file)]) == 0
    printed = capsys.readouterr()
    assert "1 of the rejected have asked not to be taken in" in printed.err
    assert MARK not in printed.out + printed.err
    assert not list(tmp_path.glob("*.rejects.csv"))
