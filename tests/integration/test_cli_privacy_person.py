"""``privacy access`` and ``privacy rectify``, on an installation whose leads are in four CRMs."""

from __future__ import annotations

import json
import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.domain.states import State
from alpha_swarm.sandbox.server import running
from tests.contract.offices import GhlOffice
from tests.integration.world import QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

FOUR = {"ghl", "instantly", "hubspot", "salesforce"}
ASSESSED = {"PRIVACY_ASSESSMENT_ID": "LIA-6", "PRIVACY_ASSESSMENT_VERSION": "1"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Eight leads are through, and the commands know where; the queue's server runs as well.

    The assessment under which they were taken in was replaced since.
    """
    home = tmp_path_factory.mktemp("home")
    database = f"sqlite:///{home / 'ledger.db'}"
    four = {"SYNC_TARGETS": "ghl,instantly,hubspot,salesforce"}
    with (
        running(QUIET) as url,
        installed(home, url, database, **four, **ASSESSED) as one,
        pytest.MonkeyPatch.context() as patch,
    ):
        one.people(8)
        one.settle()
        for name, value in {**environment(home, url, database), **four}.items():
            patch.setenv(name, value)
        patch.setenv("PRIVACY_CONTROLLER", "Example Works, 1 Example Street")
        patch.setenv("PRIVACY_ASSESSMENT_ID", "LIA-7")
        patch.setenv("PRIVACY_ASSESSMENT_VERSION", "3")
        patch.chdir(home)
        server = EmbeddedServer(home)
        server.start()
        yield one
        server.stop()


@pytest.fixture
def whole(world: World) -> Lead:
    """A lead that is in all four CRMs."""
    return next(one for one in world.leads().values() if len(one.external_ids) == len(FOUR))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The answer of a command that succeeds."""
    assert run(["privacy", *arguments, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_access_tells_exactly_what_clay_and_all_crms_hold(
    world: World, whole: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    """In under ten seconds, by the profile."""
    begun = time.monotonic()
    answer = told(capsys, "access", str(whole.input.linkedin_url))
    assert time.monotonic() - begun < 10
    held = answer["personal_data"]
    assert answer["missing"] == []
    assert set(held) == {"alpha_swarm", "clay", *FOUR}
    (row,) = (row for row in world.rows() if row["id"] == whole.row_id)
    assert {**held["clay"][0]} == row
    for name in FOUR:
        (record,) = held[name]
        assert record.get("id", record.get("Id")) == whole.external_ids[name]
        assert email_of(record) == whole.values.email


def email_of(record: dict[str, Any]) -> Any:
    """By whatever name the vendor has it."""
    flat = {**record, **record.get("properties", {})}
    return flat.get("email", flat.get("Email"))


def test_access_tells_sources_recipients_basis_and_the_end(
    whole: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    """By an e-mail that was found; that somebody asked stands in the access log of the answer itself."""
    answer = told(capsys, "access", str(whole.values.email))
    assert answer["lead_ids"] == [whole.id]
    given = {one["system"]: one for one in answer["recipients"]}
    assert set(given) == {"clay", "ghl_crm", "instantly", "hubspot", "salesforce"}
    assert {"email", "first_name"} <= set(given["ghl_crm"]["fields"])
    assert {"linkedin_url", "first_name"} <= set(given["clay"]["fields"])
    assert "phone" not in given["clay"]["fields"], "Clay found it"
    assert answer["sources"][0]["source"] == "post_liker"
    assert answer["controller"] == "Example Works, 1 Example Street"
    assert answer["legal_basis"]["basis"] == ["legitimate_interest"]
    assert answer["legal_basis"]["assessments"] == [{"assessment_id": "LIA-6", "assessment_version": "1"}]
    assert answer["retention_until"] == "2028-01-15T10:00:00Z"
    (trail,) = answer["provenance"]
    assert trail["processing"]["assessment_id"] == "LIA-6"
    assert trail["processing"]["assessment_version"] == "1"
    assert trail["access_log"][-1]["action"] == "access"
    assert "looked_at" in {entry["kind"] for entry in answer["story"]}
    assert answer["generated_at"].endswith("Z")
    assert run(["report", "access", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert ("privacy access", "access") in {(one["to"], one["action"]) for one in report["access"]}


def test_whoever_is_known_is_found_by_any_name(
    world: World, whole: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    values = whole.values
    names = [whole.id, whole.id.lower(), whole.row_id, values.email_work, values.email_personal, values.phone]
    names += [*whole.external_ids.values(), f"ghl:{whole.external_ids['ghl']}"]
    for name in filter(None, names):
        assert told(capsys, "access", str(name))["lead_ids"] == [whole.id], name
    assert run(["privacy", "access", "nobody@works.example"]) == 1
    assert "nobody is known by that" in capsys.readouterr().err
    del world


def test_whom_only_a_crm_knows_is_told_what_it_holds(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody typed the person in there, or the ledger has forgotten the person since."""
    GhlOffice(world.url, "loc").enter([{"email": "only@there.example", "first_name": "Only"}])
    answer = told(capsys, "access", "Only@there.example")
    (record,) = answer["personal_data"]["ghl"]
    assert record["email"] == "only@there.example"
    assert (answer["lead_ids"], answer["provenance"], answer["retention_until"]) == ([], [], None)
    assert run(["privacy", "access", "only@there.example"]) == 0


def test_letters_and_dead_letters_are_told_and_a_system_that_is_away_is_named(
    world: World, whole: Lead, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a letter only what is about the person."""
    other = next(lead for lead in world.leads().values() if lead.id != whole.id and lead.values.email)
    rows = [{"email": one.values.email, "note": "unread"} for one in (whole, other)]
    with world.app.ledger.begin() as tx:
        tx.inbox.put("crm:generic", [json.dumps({"rows": rows}).encode()])
    world.fault(service="instantly", fault="status", status=401)
    try:
        assert run(["privacy", "access", whole.id, "--json"]) == 0
    finally:
        world.mend()
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    (letter,) = answer["letters"]
    assert letter["about"] == [rows[0]]
    assert [one["system"] for one in answer["missing"]] == ["instantly"]
    assert set(answer["personal_data"]) == {"alpha_swarm", "clay", *FOUR} - {"instantly"}
    assert "instantly is missing" in printed.err
    assert "doctor" in printed.err
    world.app.resume("instantly")


class Page(HTMLParser):
    """What would be loaded, and what is read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """The same."""
        self.texts.append(data.strip())


def test_the_page_stands_alone_and_says_it_in_plain_words(
    world: World, whole: Lead, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No script, nothing from outside, nobody else may read the file."""
    file = tmp_path / "person.html"
    assert run(["privacy", "rectify", whole.id, "--set", "phone=+14155550142"]) == 0
    world.settle()
    assert run(["privacy", "access", whole.id, "--html", str(file)]) == 0
    assert file.stat().st_mode & 0o077 == 0
    page = Page(file.read_text())
    assert not page.tags & {"script", "img", "link", "iframe", "object", "form", "a"}
    assert not page.attributes & {"src", "href", "style", "onclick", "onload"}
    for text in (
        "What we hold about you",
        "Work e-mail",
        str(whole.values.email),
        "Who got it",
        "Your rights",
    ):
        assert text in page.texts
    assert "GoHighLevel (customer records)" in page.texts
    assert any(text.startswith("Phone: +14155550142, since") for text in page.texts)
    assert any("weighed against yours in assessment LIA-6, version 1." in text for text in page.texts)
    assert run(["privacy", "access", whole.id]) == 0
    assert run(["privacy", "access", whole.id, "--html", str(tmp_path / "no" / "page.html")]) == 2
    assert "choose another place" in capsys.readouterr().err


def test_what_is_put_right_is_told_and_done(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """By the old address, which stays a name of the person."""
    lead = [one for one in world.leads().values() if len(one.external_ids) == len(FOUR)][-1]
    old = str(lead.values.email)
    answer = told(capsys, "rectify", old, "--set", "email=right@right.example", "--set", "title=Mender")
    assert answer["fields_updated"] == ["email", "title"]
    assert set(answer["systems"]) == {"clay", *FOUR}
    world.settle()
    now = told(capsys, "access", old)
    assert now["lead_ids"] == told(capsys, "access", "right@right.example")["lead_ids"] == [lead.id]
    assert [email_of(record) for name in FOUR for record in now["personal_data"][name]] == [
        "right@right.example"
    ] * len(FOUR)
    (logged,) = (one for one in now["provenance"][0]["access_log"] if one["action"] == "rectification")
    assert logged["fields_updated"] == ["email", "title"]
    assert now["provenance"][0]["enrichment"]["fields"]["title"]["provider"] == "person"
    assert run(["privacy", "rectify", lead.id, "--set", "first_name=Right"]) == 0
    assert "put right: first_name" in capsys.readouterr().out


def test_what_a_person_wants_empty_is_emptied_everywhere_and_stays_so(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though a blank is never written otherwise; a later result does not bring it back."""
    lead = next(one for one in world.leads().values() if len(one.external_ids) == 4 and one.values.phone)
    phone, title = str(lead.values.phone), str(lead.values.title)
    before = told(capsys, "access", lead.id)["personal_data"]
    assert [phone[-4:] in json.dumps(before[name]) for name in ("clay", *FOUR)] == [True] * 5
    answer = told(capsys, "rectify", lead.id, "--set", "phone=", "--set", "title=")
    assert answer["fields_updated"] == ["phone", "title"]
    world.settle()
    for _ in range(2):
        now = told(capsys, "access", lead.id)
        held = {name: json.dumps(now["personal_data"][name]) for name in FOUR}
        assert [name for name, text in held.items() if phone in text or title in text] == []
        (row,) = now["personal_data"]["clay"]
        assert not (row.get("phone"))
        assert not (row.get("title"))
        assert phone in now["identifiers"]["phones"]
        assert world.leads()[lead.id].values.phone is None
        world.app.refresh.run({State.SYNCED: -1.0})
        world.let_time_pass(10)
        world.settle()
    assert told(capsys, "access", phone)["lead_ids"] == [lead.id]
    assert run(["privacy", "rectify", lead.id, "--set", "email="]) == 2
    assert "email cannot be empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [("nickname=x", "no field that can be put right"), ("email=x", "give an e-mail address")],
)
def test_what_does_not_fit_changes_nothing(
    world: World, whole: Lead, capsys: pytest.CaptureFixture[str], wrong: str, remedy: str
) -> None:
    """Not even what would have fitted beside it."""
    assert run(["privacy", "rectify", whole.id, "--set", "title=Never", "--set", wrong]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert remedy in line
    assert world.leads()[whole.id].values.title == whole.values.title
