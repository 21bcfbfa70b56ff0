"""``doctor`` says how old the OAuth tokens are, and what to do where they are taken no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.assembly import crms, parts
from alpha_swarm.cli.checks.tokens import check_tokens
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.connectors.oauth import Pair
from alpha_swarm.domain.states import Target
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.migrate import migrate

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.config import Settings

DAY = 86_400.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """HubSpot by an app, in an installation that has its ledger."""
    names = {"CLIENT_ID": "app", "CLIENT_SECRET": "hush", "REFRESH_TOKEN": "first"}
    app = {f"HUBSPOT_{name}": value for name, value in names.items()}
    home = {"ALPHA_SWARM_HOME": str(tmp_path), "ALPHA_SWARM_KEY": "a key for tests, long enough"}
    given = load_settings({"SYNC_TARGETS": "hubspot", **app, **home}, dotenv=None)
    migrate(parts.database_url(given))
    return given


def keep(settings: Settings, pair: Pair) -> None:
    """As the ledger has it after a refresh."""
    seal = parts.token_seal(settings)
    client = crms.oauth_clients(settings, seal)[Target.HUBSPOT]
    ledger = SqlLedger(parts.ledger_config(settings, "test"))
    ledger.facts.put(client.fact("hubspot"), seal.close(pair.model_dump_json()))
    ledger.close()


def test_before_the_first_call_there_are_none(settings: Settings) -> None:
    """That is as it should be."""
    (check,) = check_tokens(settings)
    assert (check.name, check.result) == ("hubspot tokens", "ok")


@pytest.mark.parametrize(
    ("pair", "result", "detail"),
    [
        ({"age": 7200.0}, "ok", "had 2.0 hours ago"),
        ({"age": 301 * DAY}, "warning", "had 301 days ago"),
        ({"age": 0.0, "refused": True}, "failed", "connect the app anew"),
    ],
)
def test_their_age_and_a_refusal_are_told(
    settings: Settings, pair: dict[str, float], result: str, detail: str
) -> None:
    """Each with its remedy."""
    obtained_at = SystemClock().now().timestamp() - pair["age"]
    keep(settings, Pair(access="a", refresh="r", obtained_at=obtained_at, refused=bool(pair.get("refused"))))
    (check,) = check_tokens(settings)
    assert check.result == result
    assert detail in check.detail
    assert bool(check.remedy) == (result != "ok")


def test_tokens_that_another_key_sealed_are_told(settings: Settings) -> None:
    """Both remedies: the key as it was, or a new first token."""
    keep(settings, Pair(obtained_at=0.0))
    other = load_settings({"ALPHA_SWARM_KEY": "another key for tests, long enough"}, dotenv=None)
    (check,) = check_tokens(settings.model_copy(update={"key": other.key}))
    assert check.result == "failed"
    assert "ALPHA_SWARM_KEY" in check.detail
    assert "HUBSPOT_REFRESH_TOKEN" in check.remedy


def test_where_fixed_tokens_are_set_there_is_nothing_to_say() -> None:
    """They do not change by themselves."""
    assert list(check_tokens(load_settings({}, dotenv=None))) == []
