"""``doctor`` names what keeps results away, and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.checks.approvals import check_approvals
from alpha_swarm.cli.checks.callbacks import check_callbacks
from alpha_swarm.cli.checks.configured import check_configured
from alpha_swarm.cli.checks.outside import check_slack
from alpha_swarm.config import load_settings
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.integration.api_door import SECRET, open_door

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.cli.checks.check import Check

_LANE = {"name": "one", "url": "https://api.clay.com/v3/sources/webhook/abc"}
_LOCAL_CLAY = "http://127.0.0.1:9/clay/v1"


def found(**environ: str) -> dict[str, Check]:
    """The checks by their names."""
    return {check.name: check for check in check_callbacks(load_settings(environ, dotenv=None))}


def webhook(*lanes: dict[str, str], **environ: str) -> dict[str, Check]:
    """Of an installation with lanes."""
    return found(CLAY_TRANSPORT="webhook", CLAY_LANES=json.dumps(lanes), **environ)


def test_a_lane_without_token_is_named() -> None:
    """One with a token is not."""
    check = webhook(_LANE, {**_LANE, "name": "two", "token": "t"})["lanes"]
    assert check.result == "warning"
    assert check.detail.startswith("one without a token")
    assert "CLAY_LANES" in check.remedy
    assert webhook({**_LANE, "token": "t"})["lanes"].result == "ok"


def test_no_lane_at_all_is_said() -> None:
    assert "lanes add" in webhook()["lanes"].remedy


@pytest.mark.parametrize("missing", ["CLAY_WEBHOOK_SECRET", "BASE_URL"])
def test_a_missing_secret_or_address_lets_no_result_in(missing: str) -> None:
    """Where results only come by themselves that is a failure."""
    environ = {"CLAY_WEBHOOK_SECRET": "s" * 16, "BASE_URL": "https://leads.example"}
    del environ[missing]
    check = webhook(_LANE, **environ)["webhook"]
    assert (check.result, missing in check.detail) == ("failed", True)


def test_an_address_that_clay_cannot_reach_is_named() -> None:
    """Its own machine's loopback is nobody else's."""
    environ = {"CLAY_WEBHOOK_SECRET": "s" * 16, "BASE_URL": "http://127.0.0.1:8000"}
    check = webhook(_LANE, **environ)["webhook"]
    assert check.result == "failed"
    assert "Clay cannot reach" in check.detail


def test_a_door_is_asked_at_its_own_address(tmp_path: Path) -> None:
    """Somebody has to be behind BASE_URL."""
    environ = {"CLAY_WEBHOOK_SECRET": SECRET, "CLAY_API_BASE_URL": _LOCAL_CLAY}
    with open_door(tmp_path) as door:
        assert found(**environ, BASE_URL=door.url)["webhook"].result == "ok"
    closed = found(**environ, BASE_URL=door.url)["webhook"]
    assert (closed.result, "BASE_URL" in closed.detail) == ("warning", True)


def caps(**environ: str) -> Check:
    """What is said of the caps."""
    return next(check_configured(load_settings(environ, dotenv=None)))


def test_caps_that_are_missing_are_named_and_so_are_those_that_hold() -> None:
    """Also a batch's and a source's, though they are no substitute for a day's."""
    bare, some = caps(), caps(CLAY_CREDITS_PER_DAY="50", CLAY_CREDITS_PER_BATCH="20")
    assert (bare.result, "only" in bare.detail) == ("warning", False)
    assert some.result == "warning"
    assert some.detail.endswith("only CLAY_CREDITS_PER_DAY, CLAY_CREDITS_PER_BATCH set")
    assert some.detail.startswith("CLAY_CREDITS_PER_MONTH, CLAY_ACTIONS_PER_MONTH unset")


def tables(**environ: str) -> Check:
    """What is said of the tables."""
    return next(one for one in check_configured(load_settings(environ, dotenv=None)) if one.name == "tables")


@pytest.mark.parametrize("name", ["ICP", "WATERFALLS", "COSTS", "WRITE_RULES"])
@pytest.mark.parametrize("text", ["no table", "unheard_of = 1\n"])
def test_a_table_that_up_would_not_start_with_is_named_by_its_variable(
    tmp_path: Path, name: str, text: str
) -> None:
    """Whatever is wrong with it; the packaged ones are in order."""
    assert tables().result == "ok"
    variable, file = f"ALPHA_SWARM_{name}_FILE", tmp_path / "table.toml"
    file.write_text(text, encoding="utf-8")
    check = tables(**{variable: str(file)})
    assert (check.result, check.detail.startswith(f"{variable}: ")) == ("failed", True)


def test_with_caps_it_is_said_what_is_reserved_for_a_lead(tmp_path: Path) -> None:
    """And a table of prices that cannot be read is named, as nothing follows from it."""
    names = ("CLAY_CREDITS_PER_DAY", "CLAY_CREDITS_PER_MONTH", "CLAY_ACTIONS_PER_MONTH")
    environ = dict.fromkeys(names, "90")
    check = caps(**environ)
    assert check.result == "ok"
    assert check.detail.endswith("16 credits are reserved for each lead")
    (tmp_path / "costs.toml").write_text("no table", encoding="utf-8")
    check = caps(**environ, ALPHA_SWARM_COSTS_FILE=str(tmp_path / "costs.toml"))
    assert (check.result, "ALPHA_SWARM_COSTS_FILE" in check.detail) == ("failed", True)


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        (
            {"SLACK_WEBHOOK_URL": "{url}/slack/services/T/B/s"},
            "warning",
            "neither threads, messages to owners nor approvals",
        ),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}, "ok", "writing to C1"),
    ],
)
def test_what_slack_can_and_cannot_do_is_said(given: dict[str, str], result: str, said: str) -> None:
    """Nothing is written for it."""
    with running(SandboxSettings()) as url:
        environ = {name: value.format(url=url) for name, value in given.items()}
        settings = load_settings(environ | {"SLACK_API_BASE_URL": f"{url}/slack/api"}, dotenv=None)
        (check,) = check_slack(settings)
    assert (check.result, said in check.detail) == (result, True)


def test_a_bot_that_knows_no_channel_is_named() -> None:
    (check,) = check_slack(load_settings({"SLACK_BOT_TOKEN": "xoxb-1"}, dotenv=None))
    assert (check.result, "SLACK_CHANNEL" in check.remedy) == ("warning", True)


def test_without_slack_there_is_nothing_to_check() -> None:
    assert list(check_slack(load_settings({}, dotenv=None))) == []


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        ({}, "warning", "SLACK_SIGNING_SECRET is unset"),
        ({"SLACK_SIGNING_SECRET": "s"}, "warning", "BASE_URL is unset"),
        (
            {"SLACK_SIGNING_SECRET": "s", "BASE_URL": "https://leads.example"},
            "ok",
            "the app's interactivity address must be https://leads.example/webhooks/slack/actions",
        ),
        (
            {"SLACK_SIGNING_SECRET": "s", "BASE_URL": "https://a.example", "SLACK_APPROVERS": "U0ADA0ADA"},
            "ok",
            "1 people may answer",
        ),
    ],
)
def test_what_lacks_for_approvals_is_said(given: dict[str, str], result: str, said: str) -> None:
    bot = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}
    (check,) = check_approvals(load_settings(bot | given, dotenv=None))
    assert (check.result, said in check.detail) == (result, True)


def test_of_a_webhook_alone_nothing_more_is_said() -> None:
    """That it carries no approvals is said of it already."""
    hook = {"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T/B/s"}
    assert list(check_approvals(load_settings(hook, dotenv=None))) == []


def test_a_bot_that_may_not_write_is_named() -> None:
    with running(SandboxSettings(slack_scopes=frozenset({"users:read.email"}))) as url:
        given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1", "SLACK_API_BASE_URL": f"{url}/slack/api"}
        (check,) = check_slack(load_settings(given, dotenv=None))
    assert (check.result, "lacks chat:write" in check.detail) == ("failed", True)
