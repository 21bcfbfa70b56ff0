"""The ``.env`` file, and what commands need of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.config import (
    Settings,
    load_settings,
    require_clay,
    require_targets,
)
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def load(**given: str) -> Settings:
    """The settings of these variables alone."""
    return load_settings(given, dotenv=None)


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    """Where a ``.env`` goes."""
    return tmp_path / ".env"


def test_the_process_stands_above_the_file(dotenv: Path) -> None:
    """What is set in both has the process's value; a blank one there leaves the file's."""
    dotenv.write_text(
        '# comment\nAPI_PORT=1\nexport API_HOST="::1"\nCLAY_TABLE_ID=t_1\nCLAY_ROUTINE_ID=\n',
        encoding="utf-8",
    )
    settings = load_settings({"API_PORT": "2", "CLAY_TABLE_ID": " "}, dotenv)
    assert (settings.api.port, settings.api.host) == (2, "::1")
    assert (settings.clay.table_id, settings.clay.routine_id) == ("t_1", None)


def test_a_tilde_is_the_users_home_where_no_shell_resolves_it(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a directory called ``~`` would appear."""
    monkeypatch.setenv("HOME", str(dotenv.parent))
    dotenv.write_text("ALPHA_SWARM_HOME=~/swarm\n", encoding="utf-8")
    assert load_settings({}, dotenv).home == dotenv.parent / "swarm"


def test_a_missing_file_is_no_mistake(dotenv: Path) -> None:
    """Most installations have none."""
    assert load_settings({}, dotenv) == load()


@pytest.mark.parametrize("text", ["API_PORT=1\nCLAY_API_KEY='unclosed-quote\n", "=x\n", "API PORT = 1 2\n"])
def test_a_line_that_cannot_be_read_ends_the_start(dotenv: Path, text: str) -> None:
    """The line number is told, the text of the line is not."""
    dotenv.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"line \d: write NAME=value") as caught:
        load_settings({}, dotenv)
    assert "unclosed-quote" not in str(caught.value)


def test_a_file_in_another_encoding_ends_the_start(dotenv: Path) -> None:
    """One line instead of a decoding error."""
    dotenv.write_bytes(b"CLAY_API_KEY=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load_settings({}, dotenv)


def test_a_mistyped_general_name_counts_in_our_own_file(dotenv: Path) -> None:
    """``API_KEY`` may be another program's in the process, in ``.env`` it is a typing mistake."""
    dotenv.write_text("API_KEY=x\nPOSTGRES_PASSWORD=y\n", encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match="API_KEY is no variable of Alpha Swarm: did you mean API_KEYS"
    ):
        load_settings({}, dotenv)


def test_a_name_like_none_of_ours_is_left_alone_in_our_own_file(dotenv: Path) -> None:
    """Whoever starts the program may read the same file for something else."""
    dotenv.write_text("FOO=1\n", encoding="utf-8")
    assert load_settings({}, dotenv) == load()


def test_a_target_names_what_it_misses() -> None:
    """Each missing variable, and nothing that is there."""
    with pytest.raises(ConfigurationError, match="ghl, which needs GHL_LOCATION_ID: "):
        load(SYNC_TARGETS="ghl", GHL_API_KEY="k")
    with pytest.raises(ConfigurationError, match="INSTANTLY_API_KEY and INSTANTLY_CAMPAIGN_ID"):
        load(SYNC_TARGETS="instantly")
    require_targets(load(SYNC_TARGETS="ghl", GHL_API_KEY="k", GHL_LOCATION_ID="l"))


@pytest.mark.parametrize(
    ("target", "token", "more"),
    [("ghl", "GHL_API_KEY", {"GHL_LOCATION_ID": "l"}), ("hubspot", "HUBSPOT_ACCESS_TOKEN", {})],
)
def test_a_token_or_all_of_an_app_will_do(target: str, token: str, more: dict[str, str]) -> None:
    """What has been begun is to be finished."""
    prefix = target.upper()
    with pytest.raises(ConfigurationError, match=f"{token} or {prefix}_CLIENT_ID"):
        load(SYNC_TARGETS=target, **more)
    begun = more | {f"{prefix}_CLIENT_ID": "app", f"{prefix}_CLIENT_SECRET": "hush"}
    with pytest.raises(ConfigurationError, match=f"needs {prefix}_REFRESH_TOKEN: "):
        load(SYNC_TARGETS=target, **begun)
    require_targets(load(SYNC_TARGETS=target, **begun, **{f"{prefix}_REFRESH_TOKEN": "first"}))


def test_results_by_webhook_alone_need_a_door() -> None:
    """Without an address and a secret no result would ever come."""
    with pytest.raises(ConfigurationError, match="needs BASE_URL"):
        load(CLAY_RESULTS="webhook", CLAY_WEBHOOK_SECRET="s")
    load(CLAY_RESULTS="webhook", CLAY_WEBHOOK_SECRET="s", BASE_URL="https://leads.example.com")


@pytest.mark.parametrize("key", [{}, {"ALPHA_SWARM_KEY": "short"}])
def test_production_has_a_key_of_its_own(key: dict[str, str]) -> None:
    """Identity hashes must survive the machine, and a short key can be guessed."""
    with pytest.raises(ConfigurationError, match="ALPHA_SWARM_KEY"):
        load(ALPHA_SWARM_ENV="production", **key)


def test_console_user_and_password_go_together() -> None:
    """Half a sign-in is none."""
    with pytest.raises(ConfigurationError, match="CONSOLE_PASSWORD"):
        load(CONSOLE_USER="u")


def test_pings_alone_need_a_registered_webhook() -> None:
    """Its id and its secret; the address was told to Clay when it was registered."""
    routines = {"CLAY_TRANSPORT": "routines", "CLAY_RESULTS": "webhook", "CLAY_ROUTINE_WEBHOOK_ID": "wh_1"}
    with pytest.raises(ConfigurationError, match="needs CLAY_ROUTINE_WEBHOOK_SECRET"):
        load(**routines)
    load(**routines, CLAY_ROUTINE_WEBHOOK_SECRET="s")


def test_transport_routines_needs_a_routine() -> None:
    """There is none by default, and none can be made."""
    with pytest.raises(ConfigurationError, match="CLAY_ROUTINE_ID"):
        require_clay(load(CLAY_TRANSPORT="routines", CLAY_API_KEY="k"))
    require_clay(load(CLAY_TRANSPORT="routines", CLAY_API_KEY="k", CLAY_ROUTINE_ID="function:t_1"))


def test_webhook_lanes_need_no_key_of_clays() -> None:
    """Each lane has a token of its own."""
    require_clay(load(CLAY_TRANSPORT="webhook"))


@pytest.mark.parametrize("given", [{"CLAY_LANE_STOP_AT": "60000"}, {"CLAY_LANE_WARN_AT": "45001"}])
def test_the_margins_of_a_lane_grow(given: dict[str, str]) -> None:
    """A lane that is left after its end would lose records without a word."""
    with pytest.raises(ConfigurationError, match="CLAY_LANE_STOP_AT"):
        load(**given)


def test_commands_say_what_they_miss() -> None:
    """Clay's key for what talks to Clay."""
    with pytest.raises(ConfigurationError, match="CLAY_API_KEY"):
        require_clay(load())
    require_clay(load(CLAY_API_KEY="k"))


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({}, "SALESFORCE_INSTANCE_URL and SALESFORCE_ACCESS_TOKEN or SALESFORCE_CLIENT_ID"),
        ({"SALESFORCE_ACCESS_TOKEN": "t"}, "SALESFORCE_INSTANCE_URL"),
        ({"SALESFORCE_CLIENT_ID": "c"}, "SALESFORCE_CLIENT_SECRET or SALESFORCE_PRIVATE_KEY_FILE"),
        ({"SALESFORCE_CLIENT_ID": "c", "SALESFORCE_PRIVATE_KEY_FILE": __file__}, "SALESFORCE_USERNAME"),
    ],
)
def test_salesforce_needs_an_address_and_a_way_to_a_token(given: dict[str, str], needed: str) -> None:
    """Each of the three ways has its own variables."""
    with pytest.raises(ConfigurationError, match=needed):
        load(SYNC_TARGETS="salesforce", **given)


@pytest.mark.parametrize(
    "given",
    [
        {"SALESFORCE_ACCESS_TOKEN": "t"},
        {"SALESFORCE_CLIENT_ID": "c", "SALESFORCE_CLIENT_SECRET": "s"},
        {
            "SALESFORCE_CLIENT_ID": "c",
            "SALESFORCE_USERNAME": "u@works.example",
            "SALESFORCE_PRIVATE_KEY_FILE": __file__,
        },
    ],
)
def test_each_way_to_a_token_suffices(given: dict[str, str]) -> None:
    """With the org's address."""
    require_targets(
        load(SYNC_TARGETS="salesforce", SALESFORCE_INSTANCE_URL="https://a.my.salesforce.com", **given)
    )
