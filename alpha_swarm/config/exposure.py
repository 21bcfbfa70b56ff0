"""What lies open on the way to the stores of ours that stand on another machine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit

from alpha_swarm.config.urls import is_loopback

if TYPE_CHECKING:
    from alpha_swarm.config.settings import Settings

#: PostgreSQL's words for a connection that is never in the clear.
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


def redis_exposure(settings: Settings) -> str | None:
    """``REDIS_URL must …``; ``None`` where nobody else can come in or listen."""
    if settings.redis_url is None:
        return None
    parts = urlsplit(settings.redis_url.get_secret_value())
    options = parse_qs(parts.query)
    if "ssl_cert_reqs" in options or "ssl_check_hostname" in options:
        return "REDIS_URL must check whom it talks to: take ssl_cert_reqs and ssl_check_hostname out of it"
    if _is_here(parts):
        return None
    if not parts.password and "password" not in options:
        return "REDIS_URL must hold a password: whoever reaches that server can lift every limit"
    if parts.scheme != "rediss" and settings.redis_tls == "required":
        return "REDIS_URL must start with rediss://, or set REDIS_TLS=off where the network between is yours"
    return None


def ledger_exposure(settings: Settings) -> str | None:
    """The same of the ledger, which holds people's data."""
    if settings.database_url is None:
        return None
    parts = urlsplit(settings.database_url.get_secret_value())
    options = parse_qs(parts.query)
    if parts.scheme == "sqlite" or _is_here(parts) or "host" in options:
        return None
    if options.get("sslmode", [""])[-1] in _ENCRYPTED:
        return None
    return (
        "DATABASE_URL should end with ?sslmode=verify-full, or require, unless the network between is yours"
    )


def _is_here(parts: SplitResult) -> bool:
    return parts.scheme == "unix" or is_loopback(parts.hostname or "")
