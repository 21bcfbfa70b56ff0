"""Addresses in the settings: what is let in, and what each mistake is answered with."""

from __future__ import annotations

import pytest

from alpha_swarm.config import load_settings
from alpha_swarm.errors import ConfigurationError


def read(name: str, text: str) -> str | None:
    """The address as the settings hold it."""
    settings = load_settings({name: text}, dotenv=None)
    secret = {"REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url}.get(name)
    return secret.get_secret_value() if secret else settings.clay.api_base_url


@pytest.mark.parametrize(
    "address",
    [
        "https://api.clay.com/v1",
        "http://127.0.0.1:9000/v1",
        "http://localhost:1",
        "http://[::1]:8/v1",
        "https://8.8.8.8",
    ],
)
def test_public_https_and_loopback_http_are_let_in(address: str) -> None:
    """Loopback is exempt from https, for the sandbox."""
    assert read("CLAY_API_BASE_URL", address + "/") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://api.clay.com",
        "https://10.1.2.3",
        "https://192.168.0.1/v1",
        "https://169.254.169.254/latest",
        "https://[fd00::1]",
        "https://[::ffff:10.0.0.1]",
        "https://0.0.0.0",
        "https://2130706433",
        "https://0x7f.1",
        "https://",
        "api.clay.com",
        "ftp://api.clay.com",
        "https://user:word@api.clay.com",
        "https://api.clay.com?key=1",
        "https://api.clay.com:99999",
        "https://api clay.com",
        "https://[::1",
    ],
)
def test_any_other_base_address_is_refused_without_repeating_it(address: str) -> None:
    """Plain http, private networks, odd spellings and credentials in an address."""
    with pytest.raises(ConfigurationError, match="CLAY_API_BASE_URL") as caught:
        read("CLAY_API_BASE_URL", address)
    assert address == "https://" or address not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("sqlite:///ledger.db", "sqlite:///ledger.db"),
        ("sqlite:////var/lib/ledger.db", "sqlite:////var/lib/ledger.db"),
        ("sqlite:////home/ada/my leads/ledger.db", "sqlite:////home/ada/my leads/ledger.db"),
        ("postgresql://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgres://u@host:5433/db?sslmode=require", "postgresql+psycopg://u@host:5433/db?sslmode=require"),
        ("postgresql+psycopg:///db?host=/run/postgresql", "postgresql+psycopg:///db?host=/run/postgresql"),
    ],
)
def test_every_spelling_of_postgresql_means_the_one_driver(given: str, held: str) -> None:
    """SQLite stays as it is."""
    assert read("DATABASE_URL", given) == held


@pytest.mark.parametrize(
    "address",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://ledger.db",
        "mysql://h/db",
        "postgresql:///db",
        "postgresql://h",
        "/db",
    ],
)
def test_a_ledger_that_processes_cannot_share_is_refused(address: str) -> None:
    """In memory, without a host, without a name, or of another kind."""
    with pytest.raises(ConfigurationError, match="DATABASE_URL must"):
        read("DATABASE_URL", address)


@pytest.mark.parametrize(
    "address", ["redis://h", "redis://:word@h:6380/2", "rediss://h/0", "unix:///run/redis.sock"]
)
def test_the_three_forms_of_a_queue_server_are_let_in(address: str) -> None:
    """TCP, TLS and a socket."""
    assert read("REDIS_URL", address) == address


@pytest.mark.parametrize(
    "address",
    ["http://h", "h:6379", "redis://", "unix://", "valkey+unix:///s", "redis://h/zero", "redis://:p#w@h/0"],
)
def test_any_other_queue_server_is_refused(address: str) -> None:
    """The client would take some of them and fail much later."""
    with pytest.raises(ConfigurationError, match="REDIS_URL"):
        read("REDIS_URL", address)


@pytest.mark.parametrize(
    ("name", "address"),
    [("SMTP_URL", "http://h"), ("SENTRY_DSN", "https://sentry.example.com/1"), ("SENTRY_DSN", "x")],
)
def test_mail_server_and_error_reports_have_their_forms(name: str, address: str) -> None:
    """A DSN has a key in it; mail goes by smtp."""
    with pytest.raises(ConfigurationError, match=f"{name} must"):
        read(name, address)
