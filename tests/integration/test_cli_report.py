"""The report on the command line: as text, as JSON, as a page, and the samples that people mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.config import VARIABLES
from alpha_swarm.sandbox.server import running
from tests.integration.shell import Shell
from tests.integration.world import QUIET, environment, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.world import World


class Office(Shell):
    """An installation in which 20 leads went their way."""

    def __init__(self, home: Path, world: World, capture: pytest.CaptureFixture[str]) -> None:
        super().__init__(home, capture)
        self.world = world

    def told(self, *arguments: str) -> Any:
        """What a command that goes well prints as JSON."""
        code, answer = self.json(*arguments)
        assert code == 0, answer
        return answer


@pytest.fixture
def shell(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sqlite_template: Path,
) -> Iterator[Office]:
    """In a directory without ``.env``."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "ledger.db").write_bytes(sqlite_template.read_bytes())
    database = f"sqlite:///{home}/ledger.db"
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with running(QUIET) as url:
        for name, value in environment(home, url, database).items():
            monkeypatch.setenv(name, value)
        with installed(home, url, database) as world:
            world.people(20)
            world.settle()
            yield Office(home, world, capsys)


def test_the_report_agrees_with_the_leads_and_the_bill(shell: Office) -> None:
    """Looked at one by one, and by what the other side charged."""
    found = shell.told("report", "--days", "7")
    leads = shell.world.leads().values()
    enriched = [lead.enrichment for lead in leads if lead.enrichment]
    usable = [one for one in enriched if one.values.email or one.values.phone]
    assert found["funnel"]["accepted"] == 20
    assert found["funnel"]["results"] == len(enriched)
    assert found["funnel"]["usable"] == len(usable) > 0
    with_title = sum(bool(one.values.title) for one in usable)
    assert found["fill_rates"]["title"] == pytest.approx(with_title / len(usable), abs=1e-4)
    spent = sum(one.credits_used or 0.0 for one in enriched)
    assert found["cost"]["credits"] == pytest.approx(spent)
    assert sum(one["credits"] for one in found["providers"]) == pytest.approx(spent)
    asked = [use.name for one in enriched for use in one.providers]
    assert {one["provider"]: one["uses"] for one in found["providers"]} == {
        name: asked.count(name) for name in asked
    }
    (source,) = found["sources"]
    assert (source["source"], source["leads"], source["credits"]) == ("Rival", 20, pytest.approx(spent))
    assert len(found["throughput"]["by_day"]) == 7


def test_people_read_it_on_a_terminal(shell: Office) -> None:
    code, out, _ = shell.run("report")
    text = " ".join(out.split())
    assert code == 0
    for words in ("Funnel", "Tiers of usable leads", "Fill rates", "Rival", "credits a usable lead"):
        assert words in text
    assert "accuracy: not known: draw a sample and judge its values" in text


def test_the_page_is_written_beside_the_json(shell: Office, tmp_path: Path) -> None:
    found = shell.told("report", "--html", "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f'<p class="value">{found["funnel"]["accepted"]:,}</p>' in page
    assert page.endswith("</html>")


def test_a_place_that_cannot_be_written_is_one_line_with_a_remedy(shell: Office) -> None:
    code, _, complaint = shell.run("report", "--html", "no/such/folder/report.html")
    assert code == 2
    assert "choose another place" in complaint
    assert shell.run("report", "--days", "0")[0] == 2


def test_a_sample_is_drawn_shown_and_marked(shell: Office) -> None:
    assert shell.told("report", "sample", "draw", "3") == {"drawn": 3}
    (first, second, _) = shell.told("report", "sample", "list")["samples"]
    assert first["value"] is not None
    assert shell.told("report", "sample", "mark", first["id"], "right") == {
        "sample": first["id"],
        "mark": "right",
    }
    code, out, _ = shell.run("report", "sample", "list")
    assert code == 0
    assert second["id"] in out
    assert first["id"] not in out
    accuracy = shell.told("report")["quality"]["accuracy"]
    assert (accuracy["right"], accuracy["waiting"], accuracy["percent"]) == (1, 2, 100.0)
    code, _, complaint = shell.run("report", "sample", "mark", second["id"], "maybe")
    assert code == 2
    assert "a mark is one of right, wrong, unknown" in complaint


def test_what_was_kept_is_at_hand_at_once_and_is_the_report_of_then(shell: Office) -> None:
    app = shell.world.app
    assert app.latest_report() is None
    app.keep_report()
    kept = app.latest_report()
    shell.world.people(5, "newcomer")
    assert kept is not None
    assert kept == app.latest_report()
    assert (kept["funnel"]["accepted"], app.report()["funnel"]["accepted"]) == (20, 25)
    app.keep_report()
    again = app.latest_report()
    assert again is not None
    assert again["funnel"]["accepted"] == 25


def test_who_got_personal_data_is_shown_by_month(shell: Office) -> None:
    """Each lead that was written into a CRM, and each that somebody looked at for a sample."""
    shell.told("report", "sample", "draw", "2")
    shell.told("report", "sample", "list")
    found = shell.told("report", "access")
    by = {(one["to"], one["action"]): one["times"] for one in found["access"]}
    records = shell.world.sandbox_ledger()["ghl"]["contact_list"]
    assert by["ghl_crm", "create_contact"] == len(records)
    assert by["report sample list", "looked_at"] == 2
    assert found["people"] >= len(records)
    code, out, _ = shell.run("report", "access", "--month", "2020-01")
    assert code == 0
    assert "0 people are concerned" in out
    assert shell.run("report", "access", "--month", "nonsense")[0] == 2


def test_executions_are_told_in_figures_with_all_records_that_went_through(shell: Office) -> None:
    found = shell.told("report")["throughput"]["executions"]
    ingested = [one for one in found["by_workflow"] if one["workflow"] == "ingest"]
    assert [one["records"] for one in ingested] == [20]
    assert found["success_rate"] == 1.0
    assert 0 < found["average_seconds"] <= found["p95_seconds"] <= found["longest_seconds"]
    code, out, _ = shell.run("report")
    assert code == 0
    assert "Executions in 30 days" in out
