"""Providers in their order."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm import settings
from alpha_swarm.domain.providers.waterfall import Waterfalls
from alpha_swarm.errors import ConfigurationError


def shipped() -> dict[str, Any]:
    """The waterfalls that ship with the program."""
    return settings.read("waterfalls")


def test_the_shipped_waterfalls_are_the_published_ones() -> None:
    """The JSON that goes out, without any setting."""
    assert Waterfalls.from_mapping(shipped()).as_table_config() == {
        "waterfall_email": {
            "providers": ["apollo", "hunter", "clearbit", "pdl", "snovio"],
            "stop_on_success": True,
            "verify_deliverability": True,
            "prefer_work_email": True,
        },
        "waterfall_phone": {"providers": ["cognism", "lusha"], "format": "e164", "country_default": "US"},
        "waterfall_company": {"providers": ["clearbit", "crunchbase"], "merge_results": True},
        "waterfall_techstack": {"providers": ["builtwith", "wappalyzer"], "merge_results": True, "limit": 20},
    }


def test_further_providers_are_known_and_off() -> None:
    """They can be switched on by name."""
    waterfalls = Waterfalls.from_mapping(shipped())
    off = [p.name for _, waterfall in waterfalls for p in waterfall.provider if not p.on]

    assert off == ["zoominfo", "linkedin", "hginsights"]


def test_priority_is_the_order_and_a_switch_brings_a_provider_in() -> None:
    """The order in the file does not matter."""
    data = shipped()
    data["waterfall_phone"]["provider"] = [
        {"name": "zoominfo", "priority": 2},
        {"name": "lusha", "priority": 3, "on": False},
        {"name": "cognism", "priority": 1},
    ]

    assert Waterfalls.from_mapping(data).as_table_config()["waterfall_phone"]["providers"] == [
        "cognism",
        "zoominfo",
    ]


@pytest.mark.parametrize(
    ("providers", "fault"),
    [
        ([], "no provider is on; correct the value"),
        ([{"name": "a", "priority": 1, "on": False}], "no provider is on; correct the value"),
        (
            [{"name": "a", "priority": 1}, {"name": "a", "priority": 2}],
            "two providers have the same name; correct the value",
        ),
        (
            [{"name": "a", "priority": 1}, {"name": "b", "priority": 1}],
            "two providers have the same priority; correct",
        ),
    ],
)
def test_a_waterfall_that_cannot_run_is_refused(providers: list[dict[str, Any]], fault: str) -> None:
    """Nobody to ask, or no order to ask in."""
    data = shipped() | {"waterfall_phone": {"provider": providers}}

    with pytest.raises(ConfigurationError, match=rf"^waterfalls: waterfall_phone\.provider: {fault}"):
        Waterfalls.from_mapping(data)


def test_a_misspelt_key_is_named() -> None:
    """It would otherwise be ignored in silence."""
    data = shipped() | {"waterfall_mail": {}}

    with pytest.raises(
        ConfigurationError, match="waterfall_mail: is no known key; remove it or mend its spelling"
    ):
        Waterfalls.from_mapping(data)
