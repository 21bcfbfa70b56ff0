"""Who is told in Slack, and what of."""

from __future__ import annotations

import pytest

from alpha_swarm.config import load_settings
from alpha_swarm.domain.messages.notices import USUAL_FIELDS
from alpha_swarm.errors import ConfigurationError

HOOK = "https://hooks.slack.com/services/T1/B1/secret"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, False),
        ({"SLACK_WEBHOOK_URL": HOOK}, True),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}, True),
    ],
)
def test_people_are_told_where_there_is_a_way(given: dict[str, str], told: bool) -> None:  # noqa: FBT001 - the fact
    """A bot needs to know where to write."""
    assert load_settings(given, None).slack.configured is told


def test_nothing_personal_is_told_unless_it_is_named() -> None:
    assert load_settings({}, None).slack.fields == USUAL_FIELDS
    assert load_settings({"SLACK_FIELDS": "title, email"}, None).slack.fields == ("title", "email")


def test_a_field_that_does_not_exist_ends_the_start() -> None:
    with pytest.raises(ConfigurationError, match="SLACK_FIELDS must be a comma list of lead_id, state"):
        load_settings({"SLACK_FIELDS": "salary"}, None)


@pytest.mark.parametrize("value", ["ada", "U1", "C024BE7LH", "U024BE7LH, x"])
def test_approvers_are_user_ids(value: str) -> None:
    with pytest.raises(ConfigurationError, match="SLACK_APPROVERS must be a comma list of Slack's user ids"):
        load_settings({"SLACK_APPROVERS": value}, None)


def test_what_lacks_for_approvals_is_known_by_name() -> None:
    """Each of the three is needed."""
    bot = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1", "SLACK_SIGNING_SECRET": "next, current"}
    assert load_settings(bot, None).slack.lacking_for_approvals == ()
    for name in bot:
        given = {key: value for key, value in bot.items() if key != name}
        assert load_settings(given, None).slack.lacking_for_approvals == (name,)
