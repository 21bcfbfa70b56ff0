"""``privacy audit``: what goes out stands in the trail, and whoever tampers with it is found out."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from alpha_swarm.app import build
from alpha_swarm.config import VARIABLES, load_settings
from alpha_swarm.coordination.anchors import AnchorFiles
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.domain.health import standing
from alpha_swarm.errors import UserError
from alpha_swarm.supervision.processes import scheduler_command
from tests.integration.shell import Shell
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from pathlib import Path

PERSON = {
    "linkedin_url": "https://www.linkedin.com/in/mara-e",
    "email": "mara@acme.example",
    "source_type": "post_liker",
    "source_name": "Gong.io",
}


class Office(Shell):
    """An installation, its commands, and somebody who owns its database."""

    def audit(self, *arguments: str) -> tuple[int, Any]:
        """Exit code, and the answer of ``privacy audit``."""
        return self.json("privacy", "audit", *arguments)

    def sql(self, statement: str) -> list[Any]:
        """Behind the program's back."""
        with closing(sqlite3.connect(self.home / "ledger.db")) as connection, connection:
            return connection.execute(statement).fetchall()

    def trail(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and detail of each record."""
        rows = self.sql("SELECT kind, detail FROM audit ORDER BY seq")
        return [(kind, json.loads(detail)) for kind, detail in rows]

    def cut(self, last: int) -> None:
        """Take away what comes after this record, and set the head."""
        self.sql(f"DELETE FROM audit WHERE seq > {last}")  # noqa: S608 - the test's own
        self.sql("UPDATE audit_head SET (seq, mac) = (SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1)")

    @property
    def anchors(self) -> Path:
        """The file of anchors."""
        return self.home / "audit-anchors"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Office:
    """With one lead."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLAY_API_KEY", "clay")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "one.ndjson"
    file.write_text(json.dumps(PERSON | {"scraped_at": datetime.now(UTC).isoformat()}), encoding="utf-8")
    office = Office(tmp_path / "home", capsys)
    assert office.run("leads", "add", str(file))[0] == 0
    return office


def exported(office: Office, times: int) -> None:
    """So many records."""
    for _ in range(times):
        assert office.run("leads", "export", "--format", "ndjson")[0] == 0


def test_an_export_stands_in_the_trail_by_its_leads_ids_alone(office: Office) -> None:
    """Nothing in it says who they are; where nobody is exported there is nothing to say."""
    exported(office, 1)
    office.run("leads", "export", "--state", "synced")
    ((lead_id,),) = office.sql("SELECT id FROM leads")
    assert office.trail() == [("export", {"what": "leads", "layout": "ndjson", "leads": [lead_id]})]
    assert "mara" not in str(office.sql("SELECT * FROM audit"))


def test_who_asks_for_the_access_report_stands_there_too(office: Office) -> None:
    assert office.run("report", "access", "--month", "2026-01")[0] == 0
    assert office.trail() == [("export", {"what": "access_report", "month": "2026-01"})]


def test_a_whole_trail_is_exit_0_with_its_head(office: Office) -> None:
    exported(office, 3)
    office.audit("anchor")
    ((mac,),) = office.sql("SELECT mac FROM audit WHERE seq = 3")
    code, told = office.audit("verify")
    anchor = told.pop("last_anchor")
    assert (anchor["record"], anchor["mac"]) == (3, mac)
    assert (code, told) == (
        0,
        {
            "whole": True,
            "records": 3,
            "head": {"record": 3, "mac": mac},
            "anchors": 1,
            "anchors_that_agree": 1,
            "first_bad": None,
        },
    )
    code, out, _ = office.run("privacy", "audit", "verify")
    assert (code, "3 records, each as it was written; 1 of 1 anchors agree" in out) == (0, True)


def test_without_anchors_people_are_told_what_nobody_can_know(office: Office) -> None:
    exported(office, 1)
    assert "Nothing tells whether its end is missing" in office.run("privacy", "audit", "verify")[1]
    assert office.audit("verify")[1]["last_anchor"] is None


def test_the_first_bad_record_is_named_with_exit_1(office: Office) -> None:
    exported(office, 5)
    office.sql("UPDATE audit SET detail = replace(detail, 'ndjson', 'csv') WHERE seq IN (2, 4)")
    code, told = office.audit("verify")
    assert (code, told["whole"], told["records"], told["first_bad"]["record"]) == (1, False, 1, 2)
    code, _, err = office.run("privacy", "audit", "verify")
    assert (code, err.startswith("record 2 was changed")) == (1, True)


def test_an_end_that_was_cut_behind_an_anchor_is_missed_whatever_is_written_after(office: Office) -> None:
    """The schedule misses it, too, and sets no anchor over it; another name of the ledger changes nothing."""
    exported(office, 4)
    office.audit("anchor")
    office.cut(2)
    office.sql("UPDATE pulse SET ledger = '01ZZZZZZZZZZZZZZZZZZZZZZZZ'")
    kept = office.anchors.read_text()
    code, told = office.audit("verify")
    assert (code, told["first_bad"]["record"], told["records"]) == (1, 3, 2)
    assert "had come to record 4" in told["first_bad"]["why"]
    code, _, err = office.run("schedules", "run", "anchor")
    assert (code, "record 3 comes after the head" in err, "privacy audit verify" in err) == (1, True, True)
    exported(office, 3)
    code, told = office.audit("verify")
    assert (code, told["first_bad"]["record"]) == (1, 4)
    assert office.run("privacy", "audit", "anchor")[0] == 1
    assert office.anchors.read_text() == kept


def test_an_alert_stands_until_a_look_at_all_of_it_finds_nothing(office: Office) -> None:
    """What the schedule or a person has found; a look at the newest records alone does not end it."""
    exported(office, 3)
    office.audit("anchor")
    ((detail,),) = office.sql("SELECT detail FROM audit WHERE seq = 2")
    office.sql("UPDATE audit SET detail = '{}' WHERE seq = 2")
    assert alerts() == []
    assert office.audit("verify")[0] == 1
    office.audit("anchor")
    assert [one["key"] for one in alerts()] == ["audit"]
    office.sql(f"UPDATE audit SET detail = '{detail}' WHERE seq = 2")  # noqa: S608 - the test's own
    assert office.audit("verify")[0] == 0
    assert alerts() == []
    office.cut(2)
    assert office.run("schedules", "run", "anchor")[0] == 1
    assert [one["key"] for one in alerts()] == ["audit"]
    # As after a ledger was put back: the anchors are set aside, and what is there is anchored.
    office.anchors.rename(office.home / "set-aside")
    assert office.run("schedules", "run", "anchor")[0] == 0
    assert alerts() == []


def alerts() -> list[dict[str, Any]]:
    """What stands, when somebody looks."""
    app = build(load_settings(dotenv=None), holder="test")
    try:
        found = standing.found(app.watched())
        return [asdict(one) for key, one in found.alerts.items() if key == "audit"]
    finally:
        app.close()


def test_an_anchor_is_a_line_for_nobody_else_to_read_and_none_where_nothing_is_new(office: Office) -> None:
    """Each has the record's number, its keyed hash and the time."""
    assert office.audit("anchor") == (0, {"anchor": None})
    for times in (2, 1):
        exported(office, times)
        for _ in range(2):
            assert office.run("schedules", "run", "anchor")[0] == 0
    lines = [line.split() for line in office.anchors.read_text().splitlines()]
    known = office.sql("SELECT seq, mac FROM audit WHERE seq > 1")
    assert [(int(seq), mac) for seq, mac, _ in lines] == known
    assert all(datetime.fromisoformat(at).tzinfo for _, _, at in lines)
    assert office.anchors.stat().st_mode & 0o077 == 0


def test_anchors_from_elsewhere_are_compared_as_well(office: Office, tmp_path: Path) -> None:
    """Such as those of a mail: whoever owns this machine could write the file in the home anew."""
    exported(office, 3)
    elsewhere = tmp_path / "kept"
    ((mac,),) = office.sql("SELECT mac FROM audit WHERE seq = 3")
    elsewhere.write_text(f"3 {mac} 2026-01-01T00:00:00Z\n")
    assert office.audit("verify", "--anchors", str(elsewhere))[1]["anchors_that_agree"] == 1
    office.cut(1)
    assert office.audit("verify")[0] == 0
    code, told = office.audit("verify", "--anchors", str(elsewhere))
    assert (code, told["first_bad"]["record"]) == (1, 2)


@pytest.mark.parametrize("text", ["nonsense\n", "x y z\n", "1 two\n", "\ufffd\n"])
def test_a_line_that_is_no_anchor_is_named_with_a_remedy(office: Office, tmp_path: Path, text: str) -> None:
    elsewhere = tmp_path / "kept"
    elsewhere.write_text(text)
    code, _, err = office.run("privacy", "audit", "verify", "--anchors", str(elsewhere))
    assert (code, "line 1 is no anchor; put the file back from a copy" in err) == (2, True)
    code, _, err = office.run("privacy", "audit", "verify", "--anchors", str(tmp_path / "nothing"))
    assert (code, "cannot be read" in err) == (2, True)


def test_where_alerts_go_by_mail_an_anchor_goes_once_a_day(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the outbox, as any other message."""
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("ALERT_EMAIL", "dpo@works.example")
    exported(office, 2)
    app = build(load_settings(dotenv=None), holder="test")
    for _ in range(3):
        app.run_schedule("anchor")
    app.close()
    ((way, detail),) = office.sql("SELECT way, detail FROM notifications")
    ((mac,),) = office.sql("SELECT mac FROM audit WHERE seq = 2")
    facts = json.loads(detail)["facts"]
    assert (way, facts["record"], facts["mac"]) == ("email", 2, mac)


def test_an_anchor_that_no_file_can_keep_is_in_the_log_and_people_are_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder stays, such as in a container, the log is the place of anchors."""
    exported(office, 1)
    app = build(load_settings(dotenv=None), holder="test")
    anchors = AnchorFiles(tmp_path / "nothing")
    monkeypatch.setattr(app.audit, "_anchors", anchors)
    with (
        capture_logs() as lines,
        pytest.raises(UserError, match="the log has it"),
    ):
        app.run_schedule("anchor")
    app.close()
    ((mac,),) = office.sql("SELECT mac FROM audit")
    assert [(one["seq"], one["mac"]) for one in lines if one["event"] == "audit_anchored"] == [(1, mac)]


def test_a_scheduler_that_is_stopped_anchors_what_was_written_last(office: Office) -> None:
    """Nobody can cut it off unseen while nothing runs."""
    server = EmbeddedServer(office.home)
    server.start()
    scheduler = subprocess.Popen(scheduler_command())  # noqa: S603 - our own program
    try:
        wait_until(lambda: bool(office.sql("SELECT 1 FROM schedule_runs WHERE name = 'sweep'")))
        exported(office, 2)
        scheduler.send_signal(signal.SIGTERM)
        assert scheduler.wait(timeout=PATIENCE_SECONDS) == 0
    finally:
        scheduler.kill()
        scheduler.wait()
        server.stop()
    assert office.anchors.read_text().startswith("2 ")
    office.cut(1)
    assert office.audit("verify")[0] == 1
