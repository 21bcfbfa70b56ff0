"""Who is told of alerts, and how old results may grow."""

from __future__ import annotations

import pytest

from alpha_swarm.assembly.telling import ways
from alpha_swarm.config import load_settings
from alpha_swarm.domain.messages.notices import Way
from alpha_swarm.domain.states import Tier
from alpha_swarm.errors import ConfigurationError

HOOK = {"ALERT_WEBHOOK_URL": "https://pager.example.com/hook"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, set()),
        (HOOK, {Way.WEBHOOK}),
        ({"SMTP_URL": "smtp://mail.example.com"}, set()),
        ({"ALERT_EMAIL": "ops@example.com"}, set()),
        ({"SMTP_URL": "smtp://mail.example.com", "ALERT_EMAIL": "ops@example.com, b@c.example"}, {Way.EMAIL}),
        ({"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T/B/s", **HOOK}, {Way.SLACK, Way.WEBHOOK}),
    ],
)
def test_people_are_told_on_each_way_that_is_complete(given: dict[str, str], told: set[Way]) -> None:
    """A mail server without recipients tells nobody."""
    assert ways(load_settings(given, None)) == told


@pytest.mark.parametrize("value", ["ops", "a b@c.example", "<a@b.example>", "ops@"])
def test_recipients_are_addresses(value: str) -> None:
    with pytest.raises(ConfigurationError, match="ALERT_EMAIL must be a comma list of e-mail addresses"):
        load_settings({"ALERT_EMAIL": value}, None)


@pytest.mark.parametrize("value", ["whsec_c2hvcnQ=", "not base64 at all", "whsec_%%%%"])
def test_a_secret_that_signs_nothing_safely_ends_the_start(value: str) -> None:
    """Its value is not shown."""
    with pytest.raises(
        ConfigurationError, match="ALERT_WEBHOOK_SECRET must be whsec_ and 24 bytes"
    ) as caught:
        load_settings({"ALERT_WEBHOOK_SECRET": value}, None)
    assert value not in str(caught.value)


def test_a_secret_of_standard_webhooks_is_taken() -> None:
    secret = load_settings({"ALERT_WEBHOOK_SECRET": SECRET}, None).alert_webhook_secret
    assert secret is not None
    assert secret.get_secret_value() == SECRET


def test_results_are_renewed_by_tier_and_only_where_that_is_wanted() -> None:
    assert load_settings({}, None).clay.refresh_days == ()
    given = load_settings({"CLAY_REFRESH_DAYS": "1:30, 3 : 90.5"}, None).clay.refresh_days
    assert dict(given) == {Tier.ONE: 30.0, Tier.THREE: 90.5}


@pytest.mark.parametrize("value", ["30", "4:30", "1:never", "1:0", "1:99999", "1:nan"])
def test_what_names_no_tier_or_no_days_ends_the_start(value: str) -> None:
    with pytest.raises(ConfigurationError, match="CLAY_REFRESH_DAYS must be tiers with days, such as 1:30"):
        load_settings({"CLAY_REFRESH_DAYS": value}, None)
