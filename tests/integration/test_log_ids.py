"""Lines of the log say which batch, call and lead they belong to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.error_reports import reporting
from tests.integration.world import QUIET, world

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def stumble(*_: Any, **__: Any) -> Any:
    """A mistake of ours in the middle of a call."""
    raise ValueError


def failures(
    home: Path, monkeypatch: pytest.MonkeyPatch, leads: int, **environ: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """What is logged when the calls of a batch fail, and the leads."""
    with reporting(monkeypatch) as reported, world(home, QUIET, f"sqlite:///{home}/l.db", **environ) as one:
        lead_ids = one.people(leads)
        monkeypatch.setattr(one.app.enricher, "submit", stumble)
        one.step()
    lines = [json.loads(line) for line in reported.log.getvalue().splitlines()]
    return [line for line in lines if line["event"] == "effect_failed"], lead_ids


def test_a_batch_of_one_names_lease_call_and_lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its step."""
    (line,), (lead_id,) = failures(tmp_path, monkeypatch, 1)
    assert (line["step"], line["lead_id"]) == ("ingest", lead_id)
    assert line["lease"] > 0
    assert len(line["call"]) == 64


def test_calls_side_by_side_keep_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each on a thread of its own; of several leads none is named."""
    lines, _ = failures(tmp_path, monkeypatch, 3, CLAY_BATCH_ROWS="1")
    assert len({line["call"] for line in lines}) == 3
    assert len({line["lease"] for line in lines}) == 1
    assert all("lead_id" not in line for line in lines)
