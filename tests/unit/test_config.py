"""Settings: from variables to values, and one line of remedy for each mistake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from alpha_swarm.config import VARIABLES, Settings, load_settings
from alpha_swarm.config.load import PREFIXES
from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.calls.limits import parse_limits
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How variables of other programs begin, too: an unknown one in the process may be theirs.
TOO_GENERAL = (
    "API_",
    "BASE_",
    "REDIS_",
    "DATABASE_",
    "LOG_",
    "SENTRY_",
    "OTEL_",
    "SMTP_",
    "ALERT_",
    "QUALITY_",
    "SANDBOX_",
)
GHL = {"GHL_API_KEY": "k", "GHL_LOCATION_ID": "l"}


def load(given: Mapping[str, str]) -> Settings:
    """The settings of these variables alone."""
    return load_settings(given, dotenv=None)


def complaint(given: Mapping[str, str]) -> str:
    """What a wrong configuration is answered with."""
    with pytest.raises(ConfigurationError) as caught:
        load(given)
    return str(caught.value)


def test_nothing_needs_to_be_set() -> None:
    """Without any variable the documented defaults hold."""
    settings = load({})
    assert settings.home == Path(".alpha-swarm")
    assert (settings.api.host, settings.api.port) == ("127.0.0.1", 8000)
    assert settings.clay.limit_enrich == parse_limits("50/60")
    assert settings.clay.in_flight == InFlight.parse("10/5/2")
    assert (settings.clay.batch_rows, settings.clay.batch_enrich) == (50, 25)
    assert settings.sync_targets == ()


def test_every_variable_is_read() -> None:
    """A value that fits lands in the settings, whatever the variable."""
    sample = {
        "ALPHA_SWARM_HOME": "/h",
        "BASE_URL": "https://leads.example.com/",
        "API_KEYS": "a, b,,a",
        "CLAY_API_KEY": "one,two",
        "CLAY_WEBHOOK_SECRET": "new,old",
        "CLAY_LIMIT_ROWS": "off",
        "FLUSH_INTERVAL": "1.5",
        "SYNC_TARGETS": "instantly,ghl",
        "INSTANTLY_API_KEY": "i",
        "INSTANTLY_CAMPAIGN_ID": "c",
        "GHL_TAGS": "on",
        "CRM_WEBHOOK_SECRET_GENERIC": "s",
        **GHL,
    }
    settings = load(sample)
    assert settings.home == Path("/h")
    assert settings.api.base_url == "https://leads.example.com"
    assert [key.get_secret_value() for key in settings.api.keys] == ["a", "b"]
    assert [key.get_secret_value() for key in settings.clay.keys] == ["one", "two"]
    assert [key.get_secret_value() for key in settings.clay.webhook_secrets] == ["new", "old"]
    assert settings.clay.limit_rows == ()
    assert settings.clay.flush_interval == 1.5
    assert settings.sync_targets == (Target.INSTANTLY, Target.GHL)
    assert settings.ghl.tags
    assert settings.crm_webhook_secrets.generic is not None


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in VARIABLES
        if name.endswith(("_ID", "_KEY", "_SECRET", "_TOKEN", "_PASSWORD", "_CHANNEL"))
        # That has a shape of its own.
        and name != "ALERT_WEBHOOK_SECRET"
    ],
)
def test_a_free_text_variable_is_accepted_alone(name: str) -> None:
    """No key or id is refused because another variable is missing, but for the console's pair."""
    extra = {"CONSOLE_USER": "u"} if name == "CONSOLE_PASSWORD" else {}
    load({name: "abcdefghijklmnop", **extra})


def test_settings_are_frozen() -> None:
    """Nobody changes a setting at run time."""
    settings = load({})
    with pytest.raises(ValidationError):
        setattr(settings.clay, "batch_rows", 7)  # noqa: B010 - the type checker knows that it is frozen


def test_no_secret_shows_when_settings_are_printed() -> None:
    """Keys and addresses that hold passwords stay hidden in ``repr``."""
    secret = "s3cr3t-value"
    shown = repr(
        load(
            {
                "ALPHA_SWARM_KEY": secret,
                "CLAY_API_KEY": secret,
                "REDIS_URL": f"redis://:{secret}@host/0",
                "DATABASE_URL": f"postgresql://u:{secret}@host/db",
                "SLACK_WEBHOOK_URL": f"https://hooks.slack.com/{secret}",
                "SENTRY_DSN": f"https://{secret}@sentry.example.com/1",
                "SMTP_URL": f"smtp://u:{secret}@host",
                "ALERT_WEBHOOK_URL": f"https://pager.example.com/{secret}",
            }
        )
    )
    assert secret not in shown


@pytest.mark.parametrize(
    "foreign", ["CLAY", "API", "SLACK", "API_KEY", "SENTRY_RELEASE", "SANDBOX_ID", "PATH", "HOME"]
)
def test_other_programs_variables_are_left_alone(foreign: str) -> None:
    """A name that merely looks general is not ours."""
    assert load({foreign: "whatever"}) == load({})


def test_each_variable_begins_as_ours_alone_do_or_too_generally() -> None:
    """A new setting that nobody placed here could be mistyped without a word."""
    unplaced = {name for name in VARIABLES if not name.startswith((*PREFIXES, *TOO_GENERAL))}
    assert not unplaced
    assert all(any(name.startswith(one) for name in VARIABLES) for one in (*PREFIXES, *TOO_GENERAL))
    assert not any(one.startswith(PREFIXES) for one in TOO_GENERAL)


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("CLAY_APIKEY", "CLAY_API_KEY"),
        ("CLAY_LIMIT_ROW", "CLAY_LIMIT_ROWS"),
        ("ALPHA_SWARM_HOMES", "ALPHA_SWARM_HOME"),
        ("SYNC_TARGET", "SYNC_TARGETS"),
        ("clay_api_key", "CLAY_API_KEY"),
        ("CRM_WEBHOOK_SECRET_GLH", "CRM_WEBHOOK_SECRET_GHL"),
        ("PRIVACY_NOTICES_FIRST", "PRIVACY_NOTICE_FIRST"),
        ("RETENTION_IN_CRM", "RETENTION_IN_CRMS"),
        ("KEEP_REQUEST_DAYS", "KEEP_REQUESTS_DAYS"),
        ("KEYS_DATABASE_URI", "KEYS_DATABASE_URL"),
    ],
)
def test_an_unknown_variable_of_ours_ends_the_start(mistyped: str, meant: str) -> None:
    """The line names the variable that was meant."""
    assert complaint({mistyped: "hidden-value"}) == (
        f"{mistyped} is no variable of Alpha Swarm: did you mean {meant}?"
    )


def test_an_unknown_variable_like_no_other_is_to_be_removed() -> None:
    """Without a guess the line says where to look."""
    assert ".env.example" in complaint({"GHL_ZZZZZZZZZZZZZZZZZZZZZ": "1"})


@pytest.mark.parametrize("blank", ["", "   ", "\t"])
def test_a_blank_variable_counts_as_unset(blank: str) -> None:
    """A placeholder that was never filled in changes nothing, however strict the variable is."""
    assert load(dict.fromkeys(VARIABLES, blank)) == load({})


WRONG = [
    ("CLAY_TRANSPORT", "carrier-pigeon", "'rest', 'webhook' or 'routines'"),
    ("ALPHA_SWARM_ENV", "staging-x", "'sandbox' or 'production'"),
    ("CLAY_BATCH_ROWS", "101", "100"),
    ("CLAY_BATCH_ENRICH", "51", "50"),
    ("CLAY_BATCH_UPDATES", "201", "200"),
    ("CLAY_BATCH_EXPORT", "5001", "5000"),
    ("CLAY_BATCH_ROWS", "0", "1"),
    ("API_PORT", "65536", "65535"),
    ("SANDBOX_PORT", "-1", "0"),
    ("API_HOST", "http://127.0.0.9", "host"),
    ("CLAY_CREDITS_PER_DAY", "-1", "0"),
    ("CLAY_CREDITS_PER_DAY", "nan", "finite"),
    ("CLAY_CREDITS_PER_MONTH", "inf", "finite"),
    ("CLAY_ACTIONS_PER_MONTH", "1.5", "integer"),
    ("CLAY_HARD_DEADLINE", "0", "greater than 0"),
    ("CLAY_POLL_AFTER", "soon", "number"),
    ("FLUSH_INTERVAL", "-3", "greater than 0"),
    ("CLAY_HARD_DEADLINE", "1e300", "less than or equal to 31622400"),
    ("ALPHA_SWARM_HOME", __file__, "directory"),
    ("ALPHA_SWARM_HOME", "~no-such-user-here/x", "no such user"),
    ("CLAY_LIMIT_ROWS", "many", "100/60"),
    ("GHL_LIMIT", "0/10", "100/60"),
    ("HUBSPOT_TIME_ZONE", "Mars/Olympus", "Europe/Berlin"),
    ("HUBSPOT_IN_FLIGHT", "7/3", "10/5/2"),
    ("GHL_TAGS", "perhaps", "on or off"),
    ("GHL_READ_BACK", "some", "'off', 'sample' or 'all'"),
    ("LOG_FORMAT", "xml", "'text' or 'json'"),
    ("CLAY_API_KEY", "two words", "blanks"),
    ("INSTANTLY_API_KEY", "schlüssel", "ASCII"),
    ("CLAY_LANES", "no/such/lanes-file", "JSON list"),
    ("CLAY_LANES", '[{"name": "lane-x"}]', "url"),
    ("CLAY_LANES", '{"name": "lane-x"}', "JSON list"),
    ("CLAY_LANES", '[{"name": "x", "url": "https://10.0.0.1/x"}]', "JSON list"),
    (
        "CLAY_LANES",
        '[{"name": "x", "url": "https://a.b/1"}, {"name": "x", "url": "https://a.b/2"}]',
        "different",
    ),
    ("CLAY_WEBHOOK_MODE", "both", "'array' or 'single'"),
    ("CLAY_WEBHOOK_MAX_BYTES", "100001", "100000"),
    ("CLAY_WEBHOOK_MAX_RECORDS", "0", "1"),
    ("SYNC_TARGETS", "ghl,pipedrive", "ghl, instantly, hubspot, salesforce"),
    ("SYNC_TARGETS", "hubspot", "HUBSPOT_ACCESS_TOKEN"),
    ("SYNC_TARGETS", "salesforce", "SALESFORCE_INSTANCE_URL and SALESFORCE_ACCESS_TOKEN or"),
    ("SALESFORCE_PRIVATE_KEY_FILE", "no/such/key.pem", "exists"),
    ("ALPHA_SWARM_ICP_FILE", "no/such/file.toml", "exists"),
    ("ALPHA_SWARM_WATERFALLS_FILE", "no/such/file.toml", "exists"),
]


@pytest.mark.parametrize(("name", "value", "remedy"), WRONG)
def test_a_wrong_value_is_one_line_with_name_and_remedy(name: str, value: str, remedy: str) -> None:
    """The line says which variable and what to write, and never repeats the value."""
    line = complaint({name: value})
    assert name in line
    assert remedy in line
    assert "\n" not in line
    assert value in {"ghl,pipedrive", "0", "-1", "hubspot", "salesforce"} or value not in line


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody mends one variable to hear of the next."""
    line = complaint({"API_PORT": "x", "CLAY_BATCH_ROWS": "x", "REDIS_URL": "x"})
    assert all(name in line for name in ("API_PORT", "CLAY_BATCH_ROWS", "REDIS_URL"))
    assert "\n" not in line


def test_lanes_are_read_from_text_and_from_a_file(tmp_path: Path) -> None:
    """Both forms give the same lanes."""
    text = '[{"name": "a", "url": "https://lane.example.com/1", "token": "t"}]'
    file = tmp_path / "lanes.json"
    file.write_text(text, encoding="utf-8")
    lanes = load({"CLAY_LANES": text}).clay.lanes
    assert lanes == load({"CLAY_LANES": str(file)}).clay.lanes
    assert (lanes[0].name, lanes[0].url.get_secret_value()) == ("a", "https://lane.example.com/1")
    assert "lane.example.com" not in repr(lanes)


@pytest.mark.parametrize(
    ("given", "seconds"), [({}, 10), ({"CLAY_TRANSPORT": "routines"}, 5), ({"CLAY_POLL_AFTER": "2.5"}, 2.5)]
)
def test_the_first_poll_waits_as_set_or_as_the_transport_has_it(
    given: dict[str, str], seconds: float
) -> None:
    """Unset means the transport's own wait."""
    assert load(given).clay.first_poll == seconds
