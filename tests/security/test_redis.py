"""The way to Redis is shut, and its server is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.checks.redis_versions import check_version
from alpha_swarm.cli.checks.stores import check_ledger, check_redis
from alpha_swarm.config import load_settings
from alpha_swarm.coordination.connection import connect
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.cli.checks.check import Check
    from alpha_swarm.coordination.embedded import EmbeddedServer

PRODUCTION = {"ALPHA_SWARM_ENV": "production", "ALPHA_SWARM_KEY": "k" * 32}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://queue.example/0", "must hold a password"),
        ("rediss://queue.example/0", "must hold a password"),
        ("redis://:secret@queue.example/0", "must start with rediss://"),
        ("rediss://:secret@queue.example/0?ssl_cert_reqs=none", "must check whom it talks to"),
        ("rediss://:secret@127.0.0.1/0?ssl_check_hostname=false", "must check whom it talks to"),
    ],
)
def test_production_starts_with_no_redis_that_others_can_use(url: str, said: str) -> None:
    """One line, with the remedy and without the password."""
    with pytest.raises(ConfigurationError, match=said) as caught:
        load_settings({**PRODUCTION, "REDIS_URL": url}, dotenv=None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"REDIS_URL": "rediss://:secret@queue.example/0"},
        {"REDIS_URL": "rediss://user:secret@queue.example/0"},
        {"REDIS_URL": "redis://127.0.0.1/0"},
        {"REDIS_URL": "unix:///run/redis.sock"},
        {"REDIS_URL": "redis://:secret@queue.example/0", "REDIS_TLS": "off"},
    ],
)
def test_a_redis_of_this_machine_or_with_password_and_tls_will_do(given: dict[str, str]) -> None:
    """Without TLS where it was said that the network is ours."""
    load_settings({**PRODUCTION, **given}, dotenv=None)


def told(home: Path, **given: str) -> dict[str, Check]:
    """What ``doctor`` says of Redis."""
    settings = load_settings({"ALPHA_SWARM_HOME": str(home), **given}, dotenv=None)
    return {check.name: check for check in check_redis(settings)}


def test_doctor_refuses_a_redis_that_evicts(server: EmbeddedServer, tmp_path: Path) -> None:
    """Forgotten windows would let too many calls through."""
    assert told(tmp_path)["redis"].result == "ok"
    with connect(server.url) as connection:
        connection.config_set("maxmemory-policy", "allkeys-lru")
    check = told(tmp_path)["redis"]
    assert (check.result, "noeviction" in check.remedy) == ("failed", True)


def test_doctor_warns_of_an_open_way_in_the_sandbox_too(tmp_path: Path) -> None:
    check = told(tmp_path, REDIS_URL="redis://192.0.2.1:1/0", ALPHA_SWARM_ENV="sandbox")["redis on its way"]
    assert (check.result, "password" in check.remedy) == ("warning", True)


def test_doctor_warns_of_a_ledger_that_is_read_in_the_clear(tmp_path: Path) -> None:
    """It holds people's data; the embedded one goes over no network."""
    settings = load_settings({"ALPHA_SWARM_HOME": str(tmp_path)}, dotenv=None)
    assert "ledger on its way" not in {check.name for check in check_ledger(settings)}


@pytest.mark.parametrize(
    ("server", "holes"),
    [
        ({"redis_version": "7.0.15"}, ["CVE-2025-49844"]),
        ({"redis_version": "7.2.10"}, ["CVE-2025-49844", "CVE-2026-23479"]),
        ({"redis_version": "8.2.2"}, ["CVE-2026-23479"]),
        ({"redis_version": "8.6.2"}, ["CVE-2026-23479"]),
        ({"redis_version": "8.6.3"}, []),
        ({"redis_version": "6.2.20"}, []),
        ({"redis_version": "7.2.4", "valkey_version": "8.1.3"}, ["CVE-2025-49844"]),
        ({"redis_version": "7.2.4", "valkey_version": "9.1.2"}, []),
    ],
)
def test_doctor_warns_of_versions_with_known_holes(server: dict[str, str], holes: list[str]) -> None:
    """A fork goes by its own number."""
    check = check_version(server)
    assert [name for name in ("CVE-2025-49844", "CVE-2026-23479") if name in check.detail] == holes
    assert check.result == ("warning" if holes else "ok")


def test_the_embedded_server_has_no_known_hole(server: EmbeddedServer, tmp_path: Path) -> None:
    assert server.running()
    assert told(tmp_path)["redis version"].result == "ok"
