"""The demonstration, as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.demonstration.books import compare
from alpha_swarm.cli.demonstration.figures import Figures
from alpha_swarm.cli.demonstration.report import show
from alpha_swarm.config import load_settings
from tests.integration.world import environment

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.acceptance
def test_the_demonstration_balances_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every lead at its end, every line of the books equal on both sides, no directory and no process left.

    The user's own ``.env`` and variables have no say in it.
    """
    (tmp_path / ".env").write_text("SYNC_TARGETS=nonsense\n")
    environ = {
        **os.environ,
        "TMPDIR": str(tmp_path),
        "CLAY_API_BASE_URL": "http://127.0.0.1:9",
        "REDIS_URL": "no",
    }
    command = [sys.executable, "-m", "alpha_swarm.cli.main", "demo", "--leads", "40", "--seed", "5", "--json"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["ok"], report["file"]["accepted"], report["settled"]) == (True, 40, True)
    assert all(entry["ok"] for entry in report["books"])
    theirs = {entry["what"]: entry["theirs"] for entry in report["books"]}
    kept = ("contacts at ghl", "leads at instantly", "contacts at hubspot", "records at salesforce")
    assert all(theirs[what] > 0 for what in (*kept, "messages in Slack"))
    assert [path.name for path in tmp_path.glob("alpha-swarm-demo-*")] == []
    show(report)
    assert "the books balance" in capsys.readouterr().out


def test_a_lead_paid_twice_and_a_message_too_many_make_the_books_wrong(tmp_path: Path) -> None:
    """The comparison can say no."""
    states = {"synced": 1, "unenrichable": 0, "dead": 0}
    status = {
        "leads": states,
        "total": 1,
        "balanced": True,
        "settled": True,
        "credits": {"month": {"spent": 6.0}},
    }
    clay = {
        "rows_added": 1,
        "rows_by_lead_id": {"duplicates": 0},
        "enrichments": 2,
        "rows_enriched_more_than_once": 1,
        "credits": 12.0,
    }
    crms = {
        "ghl": {"contacts": 0, "duplicate_emails": 0, "blanks_written": 0},
        "instantly": {"leads": 0, "duplicate_emails": 0},
    }
    settings = load_settings(
        environment(tmp_path, "http://127.0.0.1:9", f"sqlite:///{tmp_path}/ledger.db"), None
    )
    sandbox = {"clay": clay, **crms, "slack": {"messages": 1}}
    books = compare(status, {"accepted": 1}, Figures(leads=1, rows=1, enriched=1), sandbox, settings)
    assert [entry.what for entry in books if not entry.ok] == [
        "enrichments paid",
        "rows paid twice",
        "credits",
        "messages in Slack",
    ]
