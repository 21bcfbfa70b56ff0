"""Settings → lanes, and the limit that all of them share."""

from __future__ import annotations

import json

import pytest

from alpha_swarm.assembly import parts
from alpha_swarm.assembly.lanes import in_flight, require_room_for_records, webhook_config
from alpha_swarm.config import load_settings
from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.domain.lanes import Margins
from alpha_swarm.errors import ConfigurationError

LANES = [
    {"name": "a", "url": "https://lane.example.com/1", "token": "t"},
    {"name": "b", "url": "https://lane.example.com/2", "table": "leads", "unlimited": True},
]


def test_lanes_and_margins_reach_the_connector_and_stay_out_of_its_repr() -> None:
    given = {
        "CLAY_LANES": json.dumps(LANES),
        "CLAY_LANE_WARN_AT": "1",
        "CLAY_LANE_STOP_AT": "2",
        "CLAY_TABLE_ROWS": "200",
    }
    config = webhook_config(load_settings(given, dotenv=None), b"key", None)
    assert config.margins == Margins(limit=50_000, warn_at=1, stop_at=2, table_rows=200)
    assert [(lane.name, lane.token, lane.table, lane.unlimited) for lane in config.lanes] == [
        ("a", "t", None, False),
        ("b", None, "leads", True),
    ]
    assert "lane.example.com" not in repr(config)


def test_the_limit_counts_records_for_the_whole_workspace() -> None:
    settings = load_settings({"CLAY_TRANSPORT": "webhook", "CLAY_WORKSPACE_ID": "w"}, dotenv=None)
    assert parts.limits(settings)["clay.webhook"] == (Limit(10, 1.0, burst=20, unit="rows"),)
    assert parts.scopes(settings)["clay.webhook"] == "w"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"CLAY_LIMIT_WEBHOOK": "off"},
        {"CLAY_LIMIT_WEBHOOK": "5/1/10"},
        {"CLAY_LIMIT_WEBHOOK": "5/1", "CLAY_WEBHOOK_MODE": "single"},
        {"CLAY_LIMIT_WEBHOOK": "5/1", "CLAY_WEBHOOK_MAX_RECORDS": "5"},
    ],
    ids=str,
)
def test_a_call_fits_under_the_limit(given: dict[str, str]) -> None:
    require_room_for_records(load_settings(given, dotenv=None).clay)


@pytest.mark.parametrize(
    ("given", "most"),
    [
        ({}, "2/2/2"),
        ({"CLAY_WEBHOOK_MODE": "single"}, "10/5/2"),
        ({"CLAY_LIMIT_WEBHOOK": "off"}, "10/5/2"),
        ({"CLAY_LIMIT_WEBHOOK": "10/1"}, "1/1/1"),
        ({"CLAY_TRANSPORT": "rest"}, "10/5/2"),
        ({"CLAY_IN_FLIGHT": "off"}, "off"),
    ],
    ids=str,
)
def test_no_more_calls_are_under_way_than_may_come_together(given: dict[str, str], most: str) -> None:
    clay = load_settings({"CLAY_TRANSPORT": "webhook", **given}, dotenv=None).clay
    assert in_flight(clay) == InFlight.parse(most)


def test_a_call_that_never_fits_ends_the_start() -> None:
    """Its leads would wait for ever."""
    settings = load_settings({"CLAY_LIMIT_WEBHOOK": "5/1"}, dotenv=None)
    with pytest.raises(ConfigurationError, match="CLAY_WEBHOOK_MAX_RECORDS"):
        require_room_for_records(settings.clay)


def test_a_run_that_never_fits_ends_the_start() -> None:
    """Its leads would count as sent although no call was ever made."""
    given = {"CLAY_TRANSPORT": "routines", "CLAY_API_KEY": "k", "CLAY_ROUTINE_ID": "function:t_1"}
    parts.preflight(load_settings(given, dotenv=None))
    settings = load_settings({**given, "CLAY_LIMIT_ROUTINES": "50/60r"}, dotenv=None)
    with pytest.raises(ConfigurationError, match="CLAY_ROUTINE_BATCH"):
        parts.preflight(settings)
