"""Each door under a privacy policy: a field is stripped or its lead refused, counted, and kept nowhere."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.config import VARIABLES
from tests.integration.api_door import LEAD, open_door

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "078-05-1120"
HEADER = "linkedin_url,email,SSN,source_type,source_name,scraped_at\n"
REFUSING = "on_forbidden: refuse\n"


@pytest.fixture
def say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str
) -> Callable[..., Any]:
    """Runs commands of a new installation, which print JSON."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("API_KEYS", "door-key")
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str) -> Any:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return said


def rows(path: Path, *cells: tuple[str, str]) -> Path:
    """A file of people: profile's name, and what stands under SSN."""
    lines = [
        f"https://www.linkedin.com/in/{name},{name}@works.example,{ssn},post_liker,Rival,{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for name, ssn in cells
    ]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def counted(say: Callable[..., Any]) -> list[tuple[str, str, str, int]]:
    """What the policy's page tells."""
    return [
        (one["place"], one["what"], one["field"], one["count"]) for one in say("privacy", "policy")["counted"]
    ]


def test_a_file_s_forbidden_cells_are_stripped_and_counted(say: Callable[..., Any], tmp_path: Path) -> None:
    told = say("leads", "add", str(rows(tmp_path / "list.csv", ("ada", SECRET), ("ben", ""))))
    assert (told["accepted"], told["rejected"], told["rejects_file"]) == (2, 0, None)
    assert counted(say) == [("file", "stripped", "ssn", 1)]
    shown = say("privacy", "policy")
    assert shown["held"] == {"leads": 0, "fields": {}}
    assert shown["policy"]["on_forbidden"] == "strip"


def test_a_refused_row_tells_the_field_and_the_reason_and_its_cell_is_blank(
    say: Callable[..., Any], tmp_path: Path
) -> None:
    """Other rejects of the file as well hold nothing that is forbidden."""
    (tmp_path / "privacy.yaml").write_text(REFUSING, encoding="utf-8")
    file = rows(tmp_path / "list.csv", ("ada", SECRET), ("ben", ""))
    with file.open("a", encoding="utf-8") as more:
        more.write(f"no address,no mail,{SECRET},post_liker,Rival,yesterday\n")
        more.write(f"a cell too many,,,{SECRET},post_liker,Rival,yesterday\n")
    told = say("leads", "add", str(file))
    assert (told["accepted"], told["rejected"]) == (1, 3)
    text = (tmp_path / "list.rejects.csv").read_text(encoding="utf-8")
    first, *_ = csv.DictReader(text.splitlines())
    assert (first["row"], first["line"], first["field"]) == ("1", "2", "ssn")
    assert first["reason"].startswith("ssn is not taken: a number that identifies somebody")
    assert SECRET not in text
    assert counted(say) == [("file", "refused", "ssn", 2)]


def test_who_is_not_to_come_back_stands_in_the_rejects_as_a_line_and_a_reason_alone(
    say: Callable[..., Any], tmp_path: Path
) -> None:
    listed = tmp_path / "list-of-wishes.csv"
    listed.write_text("ada@works.example\n", encoding="utf-8")
    say("privacy", "suppress", str(listed))
    told = say("leads", "add", str(rows(tmp_path / "list.csv", ("ada", ""), ("ben", ""))))
    assert (told["accepted"], told["rejected"], told["suppressed"]) == (1, 1, 1)
    text = (tmp_path / "list.rejects.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1] == "1,2,,this person has asked not to be taken in"
    assert "ada" not in text


@pytest.mark.parametrize("done", ["strip", "refuse"])
def test_the_http_door_strips_or_refuses_and_says_why(
    tmp_path: Path, database_url: str, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(f"on_forbidden: {done}\n", encoding="utf-8")
    policy = str(tmp_path / "own.yaml")
    with open_door(tmp_path, DATABASE_URL=database_url, PRIVACY_POLICY_FILE=policy) as door:
        answer = door.post({**LEAD, "dateOfBirth": "1970-01-01"})
        assert answer.status_code == {"strip": 202, "refuse": 422}[done]
        assert "1970" not in answer.text
        if done == "refuse":
            assert "date_of_birth is not taken: when somebody was born" in answer.text
        many = door.post({"leads": [LEAD, {**LEAD, "Religion": "x"}]}).json()
        assert len(many["rejected"]) == (done == "refuse")
        metrics = door.call("GET", "/metrics").text
        what = {"strip": "stripped", "refuse": "refused"}[done]
        assert (
            f'alpha_swarm_fields_withheld_total{{field="religion",place="api",what="{what}"}} 1.0' in metrics
        )


def test_a_mistake_in_the_policy_ends_every_command_with_its_line(
    say: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del say
    (tmp_path / "privacy.yaml").write_text("forbidden:\n- fields: [ssn]\n", encoding="utf-8")
    assert run(["leads", "add", str(rows(tmp_path / "list.csv", ("ada", "")))]) == 2
    told = capsys.readouterr().err
    assert "privacy.yaml, line 2: forbidden[1].reason: is missing; add it" in told
    assert "Traceback" not in told


def test_the_record_of_processing_tells_who_may_get_what_and_what_is_missing(
    say: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As data and as a page that stands alone, for nobody else to read."""
    for name, value in {
        "SYNC_TARGETS": "hubspot",
        "HUBSPOT_ACCESS_TOKEN": "token",
        "SENTRY_DSN": "https://key@errors.example/1",
        "KEEP_FILES_DAYS": "5",
        "PRIVACY_CONTROLLER": "Example <Works>",
        "PRIVACY_PURPOSE": "hiring",
        "PRIVACY_INTEREST": "people who fit",
        "PRIVACY_ASSESSMENT_ID": "LIA-1",
        "RETENTION_DAYS": "100",
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "privacy.yaml").write_text("targets: {hubspot: {never: [phone]}}\n", encoding="utf-8")
    page = tmp_path / "record.html"
    told = say("privacy", "record", "--html", str(page))
    fields = {one["name"]: one["fields"] for one in told["recipients"]}
    assert set(fields) == {"clay", "hubspot", "sentry"}
    assert "email" in fields["hubspot"]
    assert "phone" not in fields["hubspot"]
    assert fields["sentry"] == []
    assert {"what": "hubspot: country and safeguard", "setting": "PRIVACY_POLICY_FILE, recipients"} in told[
        "missing"
    ]
    (files,) = [one for one in told["retention"] if one["setting"] == "KEEP_FILES_DAYS"]
    assert files["days"] == 5
    (kept,) = [one for one in told["retention"] if one["setting"] == "RETENTION_DAYS"]
    assert kept["days"] == 100
    assert told["purposes"] == [{"purpose": "hiring", "interest": "people who fit"}]
    assert told["legal_basis"]["assessment_id"] == "LIA-1"
    html = page.read_text(encoding="utf-8")
    assert "Example &lt;Works&gt;" in html
    assert not any(mark in html for mark in ("<script", "http://", "https://", "src="))
    assert page.stat().st_mode & 0o077 == 0


def test_a_lead_keeps_the_grounds_on_which_it_was_first_taken_in(
    say: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through another collection under a newer assessment, with fewer days, that others come under."""

    def take_in(name: str, *people: str, **setting: str) -> None:
        for variable, value in setting.items():
            monkeypatch.setenv(variable, value)
        say("leads", "add", str(rows(tmp_path / f"{name}.csv", *((one, "") for one in people))))

    def shown(name: str) -> tuple[Any, ...]:
        why = say("leads", "show", f"linkedin.com/in/{name}")["provenance"]["processing"]
        return why["assessment_id"], why["assessment_version"], why["purpose"], why["retention_days"]

    take_in("before", "ada")
    take_in(
        "first", "ben", PRIVACY_ASSESSMENT_ID="LIA-1", PRIVACY_ASSESSMENT_VERSION="1", RETENTION_DAYS="90"
    )
    take_in("second", "ada", "ben", "cid", PRIVACY_ASSESSMENT_VERSION="2", PRIVACY_PURPOSE="hiring")
    assert shown("ada") == (None, None, "sales_outreach", 730)
    assert shown("ben") == ("LIA-1", "1", "sales_outreach", 90)
    assert shown("cid") == ("LIA-1", "2", "hiring", 90)


@pytest.mark.parametrize("value", ["0", "3651", "1.5"])
def test_days_that_nobody_could_mean_are_refused(
    say: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    """One line, and nothing is taken in."""
    del say
    monkeypatch.setenv("RETENTION_DAYS", value)
    assert run(["status"]) == 2
    assert "RETENTION_DAYS" in capsys.readouterr().err


@pytest.mark.parametrize(("done", "code"), [("strip", 2), ("refuse", 2)])
def test_the_direct_door_looks_at_the_policy_first(
    say: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], done: str, code: int
) -> None:
    """Stripped, the address leaves nobody; refused, the reason is told; neither asks for Clay's key first."""
    del say
    text = f"on_forbidden: {done}\nforbidden: [{{fields: [email], reason: nobody is written to}}]\n"
    (tmp_path / "privacy.yaml").write_text(text, encoding="utf-8")
    assert run(["enrich", "--email", "ada@works.example"]) == code
    told = capsys.readouterr().err
    reason = {"strip": "is missing", "refuse": "--email is not taken: nobody is written to"}[done]
    assert reason in told
    assert "ada@" not in told
