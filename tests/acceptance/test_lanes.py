"""Webhook lanes end to end: filled to their margin one after the other, at the workspace's full rate."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.benchmark.load import take_in
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from collections.abc import Sequence

_RECORDS_A_SECOND = 10
#: No fault of the column's: what is tried here is that nothing is lost and how fast it goes.
_QUIET = {"doubled": 0, "reordered": 0, "keys_respelt": 0, "wrong_types": 0, "timeout_seconds": 60}


def run_through(leads: int, scale: float, seconds: float, *options: str, **environ: str) -> dict[str, Any]:
    """Our status at the end, and the sandbox's books of its sources; all limits last ``scale`` as long."""
    calls = f"{_RECORDS_A_SECOND}/{scale:g}/{2 * _RECORDS_A_SECOND}"
    told = {"SYNC_TARGETS": "ghl", "GHL_LIMIT": "off", "CLAY_LIMIT_WEBHOOK": calls, **environ}
    sandbox = ("--set", f"window_scale={scale}", "--set", "enrich_seconds=[0,0.05]", *_column(), *options)
    with (
        set_up("lanes", transport="webhook", sandbox=sandbox, environ=told) as stage,
        opened_app(stage.settings) as app,
    ):
        take_in(stage, leads)
        with stage.program():
            end = time.monotonic() + seconds
            while not (status := app.status())["settled"] and time.monotonic() < end:
                time.sleep(0.5)
        books: dict[str, Any] = stage.ledger()["clay"]["sources"]
        lanes = {lane["name"]: lane for lane in app.lanes.report()["lanes"]}
    rate = books["records"] / (books["last_at"] - books["first_at"])
    used = rate * scale / _RECORDS_A_SECOND
    refused = sum(one["refused"].get("429", 0) for one in books["by_source"].values())
    found = {"used": round(used, 3), "refused": refused, "peak": books["peak"]}
    sys.stderr.write(f"{json.dumps(found)}\n")
    return {"status": status, "books": books, "lanes": lanes, **found}


def _column() -> Sequence[str]:
    return [part for name, value in _QUIET.items() for part in ("--set", f"column.{name}={value}")]


def assert_nothing_is_lost(found: dict[str, Any], leads: int) -> None:
    """Every lead is at its end, and every record became a row that was paid for once."""
    status, books = found["status"], found["books"]
    assert status["settled"], status
    assert status["balanced"]
    ends = status["leads"]
    assert ends["synced"] + ends["unenrichable"] + ends["dead"] == status["total"] == leads
    assert books["records"] == books["rows"] == leads
    assert books["requests_paid_twice"] == 0
    assert all(not any(one["dropped"].values()) for one in books["by_source"].values())


@pytest.mark.acceptance
@pytest.mark.timeout(240)
def test_a_lane_is_left_at_its_margin_and_the_next_one_goes_on() -> None:
    """400 leads, lanes that are left at 250 records."""
    margins = {"CLAY_LANE_LIMIT": "300", "CLAY_LANE_WARN_AT": "200", "CLAY_LANE_STOP_AT": "250"}
    found = run_through(400, 0.05, 120, **margins)
    assert_nothing_is_lost(found, 400)
    assert {name: lane["used"] for name, lane in found["lanes"].items()} == {"lane-1": 250, "lane-2": 150}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_whole_rate_is_used_and_none_exceeded() -> None:
    """At full length: ten records a second for two minutes."""
    found = run_through(1200, 1.0, 300)
    assert_nothing_is_lost(found, 1200)
    assert found["refused"] == 0
    assert found["used"] >= 0.95


@pytest.mark.long
@pytest.mark.timeout(6000)
def test_sixty_thousand_leads_go_over_two_lanes_of_fifty_thousand() -> None:
    """Windows are half as long, counts as they are: twenty records a second for fifty minutes."""
    found = run_through(60_000, 0.5, 5400)
    assert_nothing_is_lost(found, 60_000)
    used = {name: lane["used"] for name, lane in found["lanes"].items()}
    assert used == {"lane-1": 45_000, "lane-2": 15_000}
    assert found["refused"] == 0
    assert found["used"] >= 0.95
