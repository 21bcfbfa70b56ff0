"""What a web or server address must look like; the texts never repeat the address, it may hold a password."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, parse_qs, urlsplit

POSTGRESQL = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def base_url(text: str) -> str:
    """An address to call: https, or http on loopback; without a trailing slash."""
    parts = split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as https://api.example.com")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address without user, ? and #")
    address = literal(parts.hostname)
    if is_loopback(parts.hostname):
        return text.rstrip("/")
    if address is not None and not address.is_global:
        raise ValueError("must not be a private address; only loopback is allowed besides public ones")
    if parts.scheme == "http":
        raise ValueError("must start with https:// (http is for loopback only)")
    return text.rstrip("/")


def redis_url(text: str) -> str:
    """A server of the queue: ``redis://``, ``rediss://`` with a host, or ``unix://`` with a path."""
    parts = split(text)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return text
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("must be redis://HOST:PORT/0, rediss://HOST:PORT/0 or unix:///PATH")
    if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise ValueError("must end with the number of a database, such as /0")
    return text


def database_url(text: str) -> str:
    """A ledger: ``sqlite:///PATH``, or PostgreSQL."""
    parts = split(text)
    if parts.scheme == "sqlite":
        return sqlite_url(text, parts)
    if parts.scheme not in POSTGRESQL:
        raise ValueError("must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE")
    return postgresql_url(text)


def postgresql_url(text: str) -> str:
    """A database on a server, which comes back as ``postgresql+psycopg://``."""
    parts = split(text)
    if parts.scheme not in POSTGRESQL:
        raise ValueError("must be postgresql://USER:PASSWORD@HOST/DATABASE")
    if not parts.hostname and "host" not in parse_qs(parts.query):
        raise ValueError("must name a host: postgresql://USER:PASSWORD@HOST/DATABASE")
    if not parts.path.strip("/"):
        raise ValueError("must name a database: postgresql://USER:PASSWORD@HOST/DATABASE")
    return "postgresql+psycopg:" + text.partition(":")[2]


def sqlite_url(text: str, parts: SplitResult) -> str:
    """A file; a database in memory would be another one in every process."""
    if parts.netloc or not parts.path.strip("/") or ":memory:" in parts.path:
        raise ValueError("must name a file: sqlite:///PATH, or sqlite:////PATH from the root")
    return text


def smtp_url(text: str) -> str:
    """A mail server: ``smtp://`` or ``smtps://`` with a host."""
    parts = split(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("must be smtp://USER:PASSWORD@HOST:PORT or smtps://…")
    return text


def sentry_dsn(text: str) -> str:
    """Where error reports go: ``https://KEY@HOST/PROJECT``."""
    parts = split(text)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not parts.username
        or parts.path in {"", "/"}
    ):
        raise ValueError("must be https://KEY@HOST/PROJECT, as Sentry shows it")
    return text


def collector_url(text: str) -> str:
    """Where traces are collected, most often in our own network; without a trailing slash."""
    parts = split(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as http://localhost:4318")
    return text.rstrip("/")


def split(text: str) -> SplitResult:
    """The parts of an address whose port is a number."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("is no valid address; percent-encode special characters in a password") from None
    # A file's path may have blanks in it, and SQLAlchemy takes them as they are.
    if not text.isprintable() or (" " in text and parts.scheme != "sqlite"):
        raise ValueError("must not hold blanks")
    return parts


def is_loopback(host: str) -> bool:
    """Whether the host is this machine itself."""
    address = literal(host)
    if address is not None:
        return address.is_loopback
    return host.rstrip(".").lower() == "localhost"


def literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address a host spells out, ``None`` for a name; the old numeric spellings of IPv4 are refused."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        if last.isdecimal() or last.lower().startswith("0x"):
            raise ValueError("must spell an IPv4 address as four numbers") from None
        return None
    return getattr(address, "ipv4_mapped", None) or address
