"""The measurement, as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.benchmark.play import Size, play
from alpha_swarm.cli.benchmark.report import show
from alpha_swarm.cli.benchmark.sections import Section

if TYPE_CHECKING:
    from pathlib import Path

LEADS = 20


@pytest.mark.acceptance
def test_throughput_is_measured_and_nothing_stays_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every lead is at Clay and every routed one in the CRM; the sandbox counted the same calls."""
    report = measured(tmp_path, Section.LIMITS_OFF)
    off = report["limits_off"]
    assert (off["leads"], off["start_to_row"]["count"], off["rate_limited"]) == (LEADS, LEADS, 0)
    assert off["batch_fill"] == {"rows": LEADS / 50, "enrich": LEADS / 50}
    assert off["calls"]["ghl"]["upsertContact"] >= off["contacts"] > 0
    assert list(tmp_path.glob("alpha-swarm-bench-*")) == []
    show(report)
    assert "limits off" in capsys.readouterr().out


@pytest.mark.long
def test_waits_are_measured_under_light_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = measured(tmp_path, Section.LIGHT_LOAD)
    light = report["light_load"]
    assert light["accepted_to_row"]["count"] == light["leads"] == 7
    assert 0 < light["result_to_crm_call"]["count"] <= 7
    show(report)
    assert "light load: result - CRM" in capsys.readouterr().out


def measured(folder: Path, section: Section) -> dict[str, Any]:
    """What the command prints of one section."""
    command = [sys.executable, "-m", "alpha_swarm.cli.main", "bench", "--leads", str(LEADS), "--seconds", "1"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--only", section.value, "--json"],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("section", Section)
def test_each_section_is_measured_by_its_name(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no other with it."""
    measured = {
        "LIMITS_OFF": "throughput",
        "LIMITS_ON": "limits",
        "WEBHOOK_ACKS": "acks",
        "CONTACTS": "contacts",
        "SEALING": "sealing",
    }
    name = measured.get(section.name, "light")
    package = "alpha_swarm.cli.benchmark"
    monkeypatch.setattr(f"{package}.{name}.measure", lambda *_, **__: {"by": name})
    assert play(Size(leads=1, seconds=1.0, window=1.0), [section]) == {section.value: {"by": name}}
