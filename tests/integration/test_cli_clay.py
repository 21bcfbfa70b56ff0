"""``clay setup`` and ``clay import``."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.app import App, build
from alpha_swarm.cli.main import run
from alpha_swarm.config import load_settings
from alpha_swarm.connectors.clay.flat import decode
from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Owed
from tests.integration.ledger.actors import people

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LANES = [{"name": "main", "url": "https://lane.example.com/s3cret", "token": "t0ken"}]
BASE = {"CLAY_WEBHOOK_SECRET": "wh-secret,old", "BASE_URL": "https://us.example.com"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLAY_TRANSPORT", "webhook")


def setup(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    """What it prints for programs."""
    assert run(["clay", "setup", *options, "--json"]) == 0
    text = capsys.readouterr().out
    assert "s3cret" not in text
    assert "t0ken" not in text
    answer: dict[str, Any] = json.loads(text)
    return answer


def test_each_lane_is_set_up_with_what_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body is JSON that the decoder reads; the secret stays a variable's name until it is asked for."""
    for name, value in {**BASE, "CLAY_LANES": json.dumps(LANES)}.items():
        monkeypatch.setenv(name, value)
    (lane,) = setup(capsys)["lanes"]
    column = lane["http_api_column"]
    assert column["url"] == "https://us.example.com/webhooks/clay/enrichment-complete"
    assert column["headers"]["X-Webhook-Secret"] == "$CLAY_WEBHOOK_SECRET"
    body = column["body"].replace("{{request_id}}", "01JAAAAAAAAAAAAAAAAAAAAAAA.1")
    assert decode(body.encode())[0].result.values["title"] == "{{Job Title}}"
    assert {"request_id", "callback_token", "linkedin_url"} <= set(lane["source_columns"])
    assert (lane["dedupe_column"], lane["token_header"]) == ("dedupe_key", "x-clay-webhook-auth")
    assert "wh-secret" not in json.dumps(setup(capsys))
    shown = setup(capsys, "--show-secrets")["lanes"][0]["http_api_column"]
    assert shown["headers"]["X-Webhook-Secret"] == "wh-secret"


def test_people_read_the_same(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The body comes out as it is to be pasted."""
    for name, value in {**BASE, "CLAY_LANES": json.dumps(LANES)}.items():
        monkeypatch.setenv(name, value)
    assert run(["clay", "setup"]) == 0
    text = capsys.readouterr().out
    body = json.loads(text[text.index("{\n") : text.index("}\n") + 1])
    assert body["email_work"] == "{{Work Email}}"
    for setting in ("only run if", "auto-update", "30000 ms", "408, 429", "success column"):
        assert setting in text


def test_what_is_lacking_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Lanes, a secret, an address."""
    notes = " ".join(setup(capsys)["notes"])
    assert "lanes add" in notes
    assert "CLAY_WEBHOOK_SECRET and BASE_URL unset" in notes


@pytest.mark.parametrize(("transport", "word"), [("rest", "row API"), ("routines", "CLAY_ROUTINE_ID")])
def test_other_transports_say_what_applies_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, transport: str, word: str
) -> None:
    monkeypatch.setenv("CLAY_TRANSPORT", transport)
    answer = setup(capsys)
    assert word in " ".join(answer["notes"])
    assert answer["lanes"] == []


@pytest.fixture
def app() -> Iterator[App]:
    """Another process of the installation."""
    app = build(load_settings(dotenv=None), holder="test")
    yield app
    app.close()


def enriching(app: App, number: int) -> list[str]:
    """Leads whose results are awaited; their request ids."""
    lead_ids = people(app.ledger, number)
    with app.ledger.begin() as tx:
        requests = {key: request_id(lead) for key, lead in tx.leads.load(lead_ids).items()}
        tx.leads.submitted(requests)
        tx.leads.move(dict.fromkeys(lead_ids, State.ENRICHING))
        tx.work.finish(Step.INGEST, lead_ids)
        tx.work.owe(Owed(lead_id=key, step=Step.COLLECT, turn=0.0, delay=900.0) for key in lead_ids)
    return [requests[key] for key in lead_ids]


def table(path: Path, rows: Sequence[Mapping[str, str]]) -> str:
    """An exported table."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, ["request_id", "Lead Key", "Work Email", "Employee Count"], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def brought(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, int]:
    """What is told of an import."""
    assert run(["clay", "import", *arguments, "--json"]) == 0
    answer: dict[str, int] = json.loads(capsys.readouterr().out)
    return answer


def test_an_exported_table_is_taken_in_once(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By request id, then by lead key; what is nobody's, says nothing or is broken is told."""
    first, second, third, fourth = enriching(app, 4)
    file = table(
        tmp_path / "table.csv",
        [
            {"request_id": first, "Work Email": "ann@works.example", "Employee Count": "250"},
            {"Lead Key": second.partition(".")[0], "Work Email": "bob@works.example"},
            {"request_id": third},
            {"request_id": "01JAAAAAAAAAAAAAAAAAAAAAAA.1", "Work Email": "eve@works.example"},
            {"Work Email": "who@works.example"},
        ],
    )
    told = {"rows": 5, "applied": 2, "unchanged": 0, "unknown": 1, "unreadable": 1, "blank": 1}
    assert brought(capsys, file) == told
    assert brought(capsys, file) == {**told, "applied": 0, "unchanged": 2}
    states = app.status()["leads"]
    assert (states["synced"], states["enriching"]) == (2, 2)
    assert app.status()["balanced"]
    assert brought(capsys, file, "--misses")["applied"] == 1
    assert app.status()["leads"]["unenrichable"] == 1
    assert fourth


def test_several_rows_about_a_lead_are_taken_in_one_after_the_other(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lead that was sent twice has two rows, and the later one may say less."""
    (request,) = enriching(app, 1)
    rows = [{"Work Email": "ann@works.example", "Employee Count": "250"}, {"Employee Count": "260"}]
    file = table(tmp_path / "table.csv", [{"request_id": request, **row} for row in rows])
    assert brought(capsys, file)["applied"] == 1
    assert app.status()["leads"]["synced"] == 1


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (None, "cannot be read"),
        (b"", "neither request_id nor lead_key"),
        (b"name,email\nx,y\n", "neither request_id nor lead_key"),
        (b'request_id,x\n"open,1\n', "never closed"),
        (b"request_id\n\xff\n", "UTF-8"),
        (b"\xff\xfer\x00", "UTF-16"),
    ],
    ids=["missing", "empty", "foreign", "open quote", "no UTF-8", "UTF-16"],
)
def test_a_bad_file_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, remedy: str
) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    assert run(["clay", "import", str(path)]) == 2
    line = capsys.readouterr().err
    assert remedy in line
    assert line.count("\n") == 1
