"""Secrets stay where they are, and grow old in sight."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.checks.secrets import check_secrets
from alpha_swarm.config import VARIABLES, load_settings, secrets_in_use
from alpha_swarm.ledger.health.secret_ages import FACT
from tests.integration.api_door import open_door
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from alpha_swarm.config import Settings
    from tests.integration.api_door import Door

CANARY = "canary-secret-0815"
#: This one has to be base64.
SIGNING = base64.b64encode(b"canary-of-twenty-four-by").decode()
SEALING = "5e" * 32
DAY = 86_400.0


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_secret_stands_in_a_command_line_or_a_log(tmp_path: Path) -> None:
    """Of a part that was given one of each kind, through its whole life."""
    log = tmp_path / "log"
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "ALPHA_SWARM_HOME": str(tmp_path / "home"),
        "REDIS_URL": f"redis://:{CANARY}@127.0.0.1:1/0",
        "SENTRY_DSN": f"https://{CANARY}@127.0.0.1:1/1",
        "API_PORT": "0",
        **dict.fromkeys(("ALPHA_SWARM_KEY", "API_KEYS", "CLAY_API_KEY", "CLAY_WEBHOOK_SECRET"), CANARY),
    }
    with log.open("wb") as file:
        command = [sys.executable, "-m", "alpha_swarm.cli.main", "api"]
        process = subprocess.Popen(command, env=environ, stdout=file, stderr=file, cwd=tmp_path)  # noqa: S603 - our own command
    try:
        wait_until(lambda: "door_open" in log.read_text(), 60)
        shown = Path(f"/proc/{process.pid}/cmdline").read_text()
        process.terminate()
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
    assert CANARY not in shown
    assert CANARY not in log.read_text()


def test_every_secret_is_one_that_hides_itself() -> None:
    """By name; public keys and addresses without a password are none."""
    hidden = load_settings(
        {
            name: CANARY
            for name in VARIABLES
            if name.endswith(
                ("_KEY", "_KEYS", "_SECRET", "_TOKEN", "_PASSWORD", "SECRET_HUBSPOT", "SECRET_SALESFORCE")
            )
        }
        | {
            "CONSOLE_USER": "ada",
            "ALERT_WEBHOOK_SECRET": f"whsec_{SIGNING}",
            "ENCRYPTION_KEYS": SEALING,
        },
        dotenv=None,
    )
    for secret in (CANARY, SIGNING, SEALING):
        assert secret not in repr(hidden)
        assert secret not in str(hidden)


def settings_of(door: Door, **more: str) -> Settings:
    """The same installation with other secrets."""
    given = {"ALPHA_SWARM_HOME": str(door.app.settings.home), "API_KEYS": "first", **more}
    return load_settings(given, dotenv=None)


def grow_older(door: Door, days: int) -> None:
    """As if what is known had been seen so much earlier."""
    facts = door.app.ledger.facts
    known = json.loads(facts.look(FACT) or "{}")
    older = {name: {mark: at - days * DAY for mark, at in moments.items()} for name, moments in known.items()}
    facts.put(FACT, json.dumps(older))


def told(settings: Settings) -> list[tuple[str, str]]:
    """What ``doctor`` says of the secrets."""
    return [(check.result, check.detail) for check in check_secrets(settings)]


def test_doctor_tells_how_long_a_secret_has_been_in_use_and_warns_after_90_days(tmp_path: Path) -> None:
    """A new value begins anew; one that is still taken beside it is as old as it is."""
    with open_door(tmp_path) as door:
        fresh = settings_of(door)
        assert told(fresh) == [("ok", "days since each was first seen here: API_KEYS 0")]
        grow_older(door, 89)
        assert told(fresh) == [("ok", "days since each was first seen here: API_KEYS 89")]
        grow_older(door, 1)
        assert told(fresh) == [("warning", "API_KEYS has been in use for 90 days")]
        both = settings_of(door, API_KEYS="second,first")
        assert told(both) == [("warning", "API_KEYS has been in use for 90 days")]
        replaced = settings_of(door, API_KEYS="second")
        assert told(replaced) == [("ok", "days since each was first seen here: API_KEYS 0")]


def test_the_ledger_holds_no_secret_and_nothing_to_try_one_out_on(tmp_path: Path) -> None:
    """The clock of the program notes them, too; a hash is of no use without the key."""
    with open_door(tmp_path, API_KEYS=CANARY) as door:
        door.app.tidy()
        kept = door.app.ledger.facts.look(FACT) or ""
    assert "API_KEYS" in kept
    assert CANARY not in kept


def test_what_replaces_itself_or_must_stay_does_not_count() -> None:
    """The key of the installation would make everybody a stranger."""
    given = {
        "ALPHA_SWARM_KEY": "k" * 32,
        "GHL_REFRESH_TOKEN": "r",
        "GHL_CLIENT_SECRET": "s",
        "GHL_CLIENT_ID": "i",
    }
    assert list(secrets_in_use(load_settings(given, dotenv=None))) == ["GHL_CLIENT_SECRET"]
