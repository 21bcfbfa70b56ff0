"""``targets route``: where a lead goes, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.app import build
from alpha_swarm.cli.main import run
from alpha_swarm.config import VARIABLES, load_settings
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.states import EnrichmentStatus, Priority, Tier
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from pathlib import Path

RULES = """
rules:
  - {name: germany, when: {country: DE}, then: {targets: all}}
  - name: good
    when: {score: {more_than: 75}}
    then:
      targets: contacts
      owner: rep@sales.example
      deal: {ghl: {stage: new, name: "{company_domain}, {icp_tier}", amount: 500}}
"""
FOUND = Enrichment(
    status=EnrichmentStatus.COMPLETED,
    values=Values(email_work="ada@acme.example", company_domain="acme.example", company_location="Oslo, NO"),
    enriched_at=NOW,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an installation with one CRM and rules of its own is started."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for name, value in {"SYNC_TARGETS": "ghl", "GHL_API_KEY": "key", "GHL_LOCATION_ID": "location"}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "routing.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def arrived(*, judged: bool) -> str:
    """A lead, with a result or without; its id."""
    app = build(load_settings(), holder="test")
    try:
        lead = read_lead(person("ada"), now=NOW)
        (taken,) = app.receive.take([lead], priority=Priority.NORMAL, door="test")
        with app.ledger.begin() as tx:
            if judged:
                tx.leads.enriched({taken.lead_id: (FOUND, Score(total=80, tier=Tier.ONE, points={}))})
        return taken.lead_id
    finally:
        app.close()


def told(capsys: pytest.CaptureFixture[str], lead: str, code: int = 0) -> dict[str, Any]:
    """The answer as JSON."""
    capsys.readouterr()
    assert run(["targets", "route", lead, "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.usefixtures("folder")
def test_each_rule_is_explained_and_what_follows(capsys: pytest.CaptureFixture[str]) -> None:
    lead_id = arrived(judged=True)
    assert told(capsys, "https://www.linkedin.com/in/ada") == {
        "lead_id": lead_id,
        "rules": [
            {"rule": "germany", "matched": False, "why": "country is NO, not DE"},
            {"rule": "good", "matched": True, "why": "score is 80"},
        ],
        "route": {
            "targets": ["ghl"],
            "campaign": None,
            "owners": {"ghl": "rep@sales.example"},
            "deals": {
                "ghl": {"pipeline": None, "stage": "new", "name": "acme.example, Tier 1", "amount": 500.0}
            },
            "alerts": [],
            "left_out": {},
        },
        "why": None,
    }


@pytest.mark.usefixtures("folder")
def test_people_get_two_tables(capsys: pytest.CaptureFixture[str]) -> None:
    lead_id = arrived(judged=True)
    assert run(["targets", "route", lead_id]) == 0
    shown = capsys.readouterr().out
    assert "country is NO, not DE" in shown
    assert "rep@sales.example" in shown


@pytest.mark.usefixtures("folder")
def test_a_lead_without_a_result_has_no_route_yet(capsys: pytest.CaptureFixture[str]) -> None:
    answer = told(capsys, arrived(judged=False))
    assert (answer["route"], answer["why"]) == (None, "it has no result yet")


@pytest.mark.usefixtures("folder")
def test_an_unknown_lead_is_a_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "nobody@acme.example", code=1) == {"found": False}


def test_a_broken_file_ends_every_command_with_a_line_for_each_mistake(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "routing.yaml").write_text(
        RULES.replace("country", "land").replace("ghl:", "hubspot:"), "utf-8"
    )
    assert run(["status"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": rules")[0] for line in lines] == [
        "alpha-swarm: routing.yaml, line 3",
        "alpha-swarm: routing.yaml, line 9",
    ]
