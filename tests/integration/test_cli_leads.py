"""The commands over a real ledger, without anything running."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.config import VARIABLES
from alpha_swarm.sandbox.people import messy_csv
from tests.integration.shell import Shell

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "linkedin_url,email,first_name,source_type,source_name,scraped_at\n"
ROW = "https://www.linkedin.com/in/mara-e,mara@acme.example,=Mara,post_liker,Gong.io,{:%Y-%m-%dT%H:%M:%SZ}\n"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A new installation, in a directory without ``.env``."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "home", capsys)


@pytest.fixture
def lead_file(tmp_path: Path) -> Path:
    """One good lead."""
    path = tmp_path / "one.csv"
    path.write_text(HEADER + ROW.format(datetime.now(UTC)), encoding="utf-8")
    return path


def test_a_messy_list_is_taken_in_once(shell: Shell, tmp_path: Path) -> None:
    """Running it again accepts nothing, and the books balance."""
    path = tmp_path / "list.csv"
    path.write_text(messy_csv(3, 700, datetime.now(UTC)), encoding="utf-8", newline="")
    code, first = shell.json("leads", "add", str(path))
    assert code == 0
    assert (first["rows"], first["accepted"], first["duplicates"], first["rejected"]) == (861, 700, 105, 56)
    with (tmp_path / "list.rejects.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 56
    _, second = shell.json("leads", "add", str(path))
    assert (second["accepted"], second["duplicates"], second["rejected"]) == (0, 805, 56)
    _, status = shell.json("status")
    assert (status["total"], status["leads"]["received"], status["balanced"]) == (700, 700, True)


def test_stdin_is_spooled_and_its_rejects_go_to_the_home(
    shell: Shell, lead_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is piped in can be read only once."""
    content = lead_file.read_bytes() + b"x,,,post_liker,G,never\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    code, tally = shell.json("leads", "add", "-")
    assert (code, tally["accepted"], tally["rejected"]) == (0, 1, 1)
    assert tally["rejects_file"] == str(shell.home / "stdin.rejects.csv")
    assert [path.name for path in shell.home.glob("stdin*")] == ["stdin.rejects.csv"]


def test_a_bad_file_is_one_line_and_exit_2(shell: Shell, tmp_path: Path) -> None:
    """And not even a ledger is made for it."""
    path = tmp_path / "bad.csv"
    path.write_bytes(b"a,b\n1,2\n")
    code, out, err = shell.run("leads", "add", str(path))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (shell.home / "ledger.db").exists()


@pytest.mark.parametrize("name", ["mara@acme.example", "MARA@ACME.example", "linkedin.com/in/Mara-E/?x=1"])
def test_a_lead_is_found_by_what_people_know_of_it(shell: Shell, lead_file: Path, name: str) -> None:
    """By URL and e-mail in any spelling, and by its id; ``trace`` finds it the same way."""
    shell.run("leads", "add", str(lead_file))
    code, found = shell.json("leads", "show", name)
    assert (code, found["state"], found["staleness"]) == (0, "received", None)
    assert shell.json("leads", "show", found["lead_id"])[1] == found
    code, told = shell.json("trace", name)
    assert (code, told["lead_id"], told["story"][0]["kind"]) == (0, found["lead_id"], "received")
    assert [owed["step"] for owed in told["waiting"]] == ["ingest"]
    assert shell.run("trace", name)[0] == 0


@pytest.mark.parametrize("command", [("leads", "show"), ("trace",)])
def test_an_unknown_lead_is_exit_1_with_json_all_the_same(shell: Shell, command: tuple[str, ...]) -> None:
    """The answer is no."""
    assert shell.json(*command, "nobody@acme.example") == (1, {"found": False})


def test_export_writes_payloads_that_no_spreadsheet_runs(shell: Shell, lead_file: Path) -> None:
    """CSV with a header, NDJSON with an object a line, only the states that are asked for."""
    shell.run("leads", "add", str(lead_file))
    _, out, _ = shell.run("leads", "export")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["first_name"], row["state"], row["tech_stack"]) == ("'=Mara", "received", "[]")
    _, out, _ = shell.run("leads", "export", "--format", "ndjson", "--state", "received", "--state", "dead")
    assert json.loads(out)["first_name"] == "=Mara"
    assert shell.run("leads", "export", "--format", "ndjson", "--state", "synced")[:2] == (0, "")


def test_status_for_people(shell: Shell, lead_file: Path) -> None:
    """Tables on stdout; nothing runs yet, and that is no error."""
    shell.run("leads", "add", str(lead_file))
    code, out, _ = shell.run("status")
    assert code == 0
    assert "received" in out
    assert "balanced" in out


def test_doctor_names_what_is_missing_with_its_remedy(shell: Shell) -> None:
    """Clay's key is missing: exit 1; what is fine is said, too."""
    code, report = shell.json("doctor")
    results = {check["name"]: check for check in report["checks"]}
    assert (code, report["ok"]) == (1, False)
    assert results["clay"]["result"] == "failed"
    assert "CLAY_API_KEY" in results["clay"]["detail"]
    fine = ("python", "settings", "home", "ledger", "durability")
    assert {results[name]["result"] for name in fine} == {"ok"}
    assert results["redis"]["result"] == results["caps"]["result"] == "warning"
    assert all(check["remedy"] for check in report["checks"] if check["result"] != "ok")


def test_doctor_goes_on_where_settings_are_wrong(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the command for just that."""
    monkeypatch.setenv("CLAY_TRANSPORT", "pigeon")
    code, report = shell.json("doctor")
    assert (code, report["checks"][-1]["name"], report["checks"][-1]["result"]) == (1, "settings", "failed")


def test_enrich_refuses_what_is_no_person(shell: Shell) -> None:
    """Exit 2, and the options are named."""
    code, _, err = shell.run("enrich", "--linkedin-url", "https://www.linkedin.com/company/x")
    assert code == 2
    assert "--linkedin-url" in err
    assert "company/x" not in err
