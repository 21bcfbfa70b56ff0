"""What good data is, is a setting."""

from __future__ import annotations

import pytest

from alpha_swarm.config import load_settings
from alpha_swarm.domain.results.quality import REQUIRED
from alpha_swarm.errors import ConfigurationError


def test_an_address_and_the_company_are_required_unless_others_are_named() -> None:
    assert load_settings({}, None).quality.required == REQUIRED
    assert load_settings({}, None).quality.threshold == 80.0
    given = {"QUALITY_REQUIRED": "email, phone", "QUALITY_THRESHOLD": "92.5"}
    quality = load_settings(given, None).quality
    assert (quality.required, quality.threshold) == (("email", "phone"), 92.5)


@pytest.mark.parametrize("value", ["email,shoe_size", "lead_id"])
def test_what_is_no_enriched_field_ends_the_start(value: str) -> None:
    with pytest.raises(
        ConfigurationError, match="QUALITY_REQUIRED must be a comma list of email, email_work"
    ):
        load_settings({"QUALITY_REQUIRED": value}, None)


@pytest.mark.parametrize("value", ["-1", "101", "nan", "most"])
def test_a_threshold_is_a_percentage(value: str) -> None:
    with pytest.raises(ConfigurationError, match="QUALITY_THRESHOLD"):
        load_settings({"QUALITY_THRESHOLD": value}, None)
