"""``privacy``: what a person asks for, from the command to the end of its steps."""

from __future__ import annotations

import json
import resource
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.api.server import create_app
from alpha_swarm.cli.main import run
from alpha_swarm.domain.doors.deletion_lists import digest_of
from alpha_swarm.sandbox.server import running
from tests.integration.api_door import served
from tests.integration.pipeline.rights_world import EMAIL, MARK, PROFILE, canary, copied
from tests.integration.world import NOW, QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The person and somebody else are synced, and the commands know where."""
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
    assert (told["rows"], told["unread"]) == (2, 0)
    assert said(capsys, "suppress", str(file))["new"] == 0
    assert run(["privacy", "suppress", str(tmp_path / "none.csv")]) == 2
    assert "none.csv is not there: give the path" in capsys.readouterr().err


def test_by_what_nobody_could_be_known_is_said_before_anything_is_done(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Or the person would get a page on which nothing is held, for an address that was mistyped."""
    del world
    page = tmp_path / "page.html"
    for words in (
        ["access", "--html", str(page)],
        ["rectify", "--set", "title=Mender"],
        ["object"],
        ["erase"],
    ):
        for who in ("ada@", " ", "http://foo", "John Smith"):
            assert run(["privacy", words[0], who, *words[1:]]) == 2
            assert "give a lead's id" in capsys.readouterr().err
    assert not page.exists()


def test_a_list_says_whom_it_left_and_what_could_not_be_read(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """In words as well as in figures: an export with semicolons, and the number of a switchboard."""
    with world.app.ledger.begin() as tx:
        for key, lead in world.leads().items():
            assert lead.enrichment is not None
            assert lead.score is not None
            found = replace(lead.enrichment, values=replace(lead.values, phone="+14155550199"))
            tx.leads.enriched({key: (found, lead.score)})
    file = tmp_path / "export.csv"
    rows = ("Name;E-Mail;Tel", "Jo;Jo <jo@x.example>;4155550199", "Sam;sam@x;", "Kim;ask kim@x.example;")
    file.write_text("\ufeff" + "\n".join(rows), encoding="utf-8")
    assert run(["privacy", "suppress", str(file)]) == 0
    printed = capsys.readouterr()
    assert "2 entries are new; 0 leads were forgotten" in printed.out
    assert "2 leads were left" in printed.err
    assert all(lead_id in printed.err for lead_id in world.leads())
    assert "2 rows name nobody" in printed.err
    assert "2 cells seem to hold an address or a number, and could not be read" in printed.err
    told = said(capsys, "suppress", str(file))
    assert (told["new"], told["left"]) == (0, sorted(world.leads()))
    assert (told["unread"], told["unread_cells"], told["first_unread"]) == (2, 2, 2)
    assert run(["privacy", "allow", "--file", str(file), "--reason", "T-1"]) == 0
    assert "could not be read" in capsys.readouterr().err
    file.write_text("id;created\n4155550199;1736935200\n")
    assert run(["privacy", "suppress", str(file)]) == 2
    assert "digits are a phone number with a + in front" in " ".join(capsys.readouterr().err.split())


def test_what_somebody_who_objected_puts_right_is_a_request_that_is_shown(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """With whatever is left to a person, in the words of the step."""
    said(capsys, "object", EMAIL)
    world.let_time_pass(7200)
    world.app.rights.go_on()
    assert run(["privacy", "rectify", EMAIL, "--set", "title=Mender"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    request = said(capsys, "list")["requests"][0]["request"]
    for line in ("ghl is being told", "instantly is being told", f"alpha-swarm privacy show {request}"):
        assert line in printed
    world.fault(service="ghl", operation="updateContact", fault="status", status=422)
    world.app.rights.go_on()
    shown = said(capsys, "show", request)
    assert shown["right"] == "rectification"
    (task,) = (one for one in shown["steps"] if one["state"] == "task")
    assert "put it right there by hand" in task["error"]
    assert run(["privacy", "show", request]) == 0
    assert "by hand: do in ghl what the step says" in " ".join(capsys.readouterr().err.split())
    assert said(capsys, "done", request, "ghl")["ended_at"]


def test_a_file_of_drop_is_read_as_it_came(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """And whoever took the request back comes off by the file that says so."""
    digest = str(digest_of(f"email:{EMAIL}")).partition(":")[2]
    file = tmp_path / "20261101_4821_Email.csv"
    file.write_text(f"ID,Hash\nA7kP2xQ9Lm4R,{digest}\n")
    told = said(capsys, "suppress", str(file))
    assert (told["suppressed"], told["leads"]) == (1, 1)
    assert world.take([canary()], NOW) == [""]
    withdrawn = tmp_path / "20261101_4821_Removed.csv"
    withdrawn.write_text(f"ID,Hash,ListType\nA7kP2xQ9Lm4R,{digest},Email\n")
    assert run(["privacy", "suppress", str(withdrawn)]) == 2
    assert "privacy allow --file" in capsys.readouterr().err
    plan = said(capsys, "allow", "--file", str(withdrawn), "--reason", "DROP-2026-11")
    assert (plan["entries"], plan["applied"]) == (1, False)
    done = said(capsys, "allow", "--file", str(withdrawn), "--reason", "DROP-2026-11", "--yes")
    assert (done["kinds"], done["applied"]) == ({"email_sha256": 1}, True)
    other = tmp_path / "20261101_4821_NDZ.csv"
    other.write_text("ID,Hash\n")
    assert run(["privacy", "suppress", str(other)]) == 2
    assert "NDZ, of which nothing is held" in capsys.readouterr().err


def test_a_person_comes_off_the_list_when_it_is_said_twice(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plan first; a reference and no name as the reason."""
    said(capsys, "erase", PROFILE)
    assert run(["privacy", "allow", PROFILE, "--reason", "T-1"]) == 0
    printed = capsys.readouterr()
    assert "on the list:" in printed.out
    assert "nothing was changed; --yes does it" in printed.err
    assert world.take([canary()], NOW) == [""]
    assert said(capsys, "allow", PROFILE, "--reason", "T-1", "--yes")["applied"]
    assert world.take([canary()], NOW) != [""]
    for wrong, why in (
        (["John Smith", "--reason", "T-1"], "give a LinkedIn address"),
        ([PROFILE, "--reason", "Jane asked"], "a reference of letters"),
        (["--reason", "T-1"], "nobody is named"),
    ):
        assert run(["privacy", "allow", *wrong]) == 2
        assert why in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_list_of_a_million_takes_no_more_memory_than_a_short_one(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Twice: the second time nothing is new."""
    file = tmp_path / "20261101_4821_Email.csv"
    with file.open("w") as lines:
        lines.write("ID,Hash\n")
        for number in range(1_000_000):
            digest = str(digest_of(f"email:p{number}@mail.example")).partition(":")[2]
            lines.write(f"{number:012},{digest}\n")
    del world
    for new in (1_000_000, 0):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        told = said(capsys, "suppress", str(file))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        assert (told["rows"], told["new"], told["leads"]) == (1_000_000, new, 0)
        print(f"{told['rows'] / told['seconds']:,.0f} rows/s, {grown:,.0f} MB more")  # noqa: T201 - the figure
        assert grown < 150


def test_a_file_that_brings_the_person_again_says_so(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """By line and reason: whoever it is stands in no file of rejects."""
    del world
    said(capsys, "erase", PROFILE)
    file = tmp_path / "leads.csv"
    columns = ("linkedin_url", "source_type", "source_name", "scraped_at")
    file.write_text(f"{','.join(columns)}\n{PROFILE},post_liker,Rival,2026-01-15T10:00:00Z\n")
    assert run(["leads", "add", str(file)]) == 0
    printed = capsys.readouterr()
    assert "1 of the rejected have asked not to be taken in" in printed.err
    assert MARK not in printed.out + printed.err
    (rejects,) = tmp_path.glob("*.rejects.csv")
    assert PROFILE not in rejects.read_text()
    assert MARK not in rejects.read_text()


def test_nobody_is_shown_exported_or_taken_in_from_a_copy_that_no_worker_has_looked_at(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The first command of all hears what the copy does not know; the door does the same as it opens."""
    file = tmp_path / "again.ndjson"
    file.write_text(json.dumps({**canary(), "linkedin_url": "https://www.linkedin.com/in/renamed"}))
    with copied(world):
        said(capsys, "erase", PROFILE)
    adding, printed = ["leads", "add", str(file), "--json"], ""
    for command, code in ((["leads", "show", PROFILE], 1), (["leads", "export"], 0), (adding, 0)):
        with copied(world):
            assert run(command) == code
            printed = capsys.readouterr().out
            assert MARK not in printed
    assert json.loads(printed)["suppressed"] == 1
    assert world.take([canary()], NOW) != [""], "the copy itself knows nothing of it"
    with served(create_app(world.app)) as door:
        with requests.Session() as session:
            assert session.get(f"{door}/health/live", timeout=60).ok
        assert world.take([canary()], NOW) == [""]
