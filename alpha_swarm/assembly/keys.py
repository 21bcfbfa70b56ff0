"""Settings → the keys that personal values are sealed with, and where each person's is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.data_keys import KeyRing, read_key
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from alpha_swarm.config import Settings


def key_ring(settings: Settings) -> KeyRing | None:
    """ENCRYPTION_KEYS, or those in the file; ``None`` where values stand as they are.

    Raises:
        ConfigurationError: the file holds something else.
    """
    privacy = settings.privacy
    texts = [one.get_secret_value() for one in privacy.encryption_keys]
    if privacy.encryption_keys_file is None:
        return KeyRing([read_key(text) for text in texts]) if texts else None
    try:
        keys = [read_key(text) for text in privacy.encryption_keys_file.read_text(encoding="ascii").split()]
    except OSError as error:
        raise ConfigurationError(f"ENCRYPTION_KEYS_FILE cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ConfigurationError(f"ENCRYPTION_KEYS_FILE: each line {error}") from None
    if not keys:
        raise ConfigurationError("ENCRYPTION_KEYS_FILE is empty: put a key into it, each on a line")
    return KeyRing(keys)


def keys_url(settings: Settings, ledger_url: str) -> str:
    """KEYS_DATABASE_URL, else a file of its own beside an SQLite ledger, else the ledger's database."""
    if settings.privacy.keys_database_url is not None:
        return settings.privacy.keys_database_url.get_secret_value()
    if not ledger_url.startswith("sqlite"):
        return ledger_url
    path, dot, suffix = ledger_url.rpartition(".")
    return f"{path}-keys.{suffix}" if dot and "/" not in suffix else f"{ledger_url}-keys"
