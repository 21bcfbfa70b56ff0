"""Secrets at rest: sealed with a key that is derived from the installation's own, one for each use."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from alpha_swarm.errors import ConfigurationError

#: By this a sealed text is told from a plain one.
_MARK = "sealed:1:"
_BYTES = 32


def derived(key: bytes, use: str) -> bytes:
    """A key for one use alone: from it neither the installation's own is found nor that of another use."""
    info = f"alpha-swarm {use}".encode()
    return HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=info).derive(key)


class Seal:
    """Seals texts for one use; what one use has sealed no other can open."""

    def __init__(self, key: bytes, use: str) -> None:
        self._use = use
        self._fernet = Fernet(urlsafe_b64encode(derived(key, f"sealing: {use}")))

    def close(self, text: str) -> str:
        """The text, sealed; never twice the same."""
        return _MARK + self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text.

        Raises:
            ConfigurationError: it was sealed with another key, or for another use, or not at all.
        """
        try:
            return self._fernet.decrypt(sealed.removeprefix(_MARK).encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                f"{self._use} in the ledger were sealed with another ALPHA_SWARM_KEY: set that one again,"
                " or set them anew"
            ) from None


def is_sealed(text: str) -> bool:
    """Whether it was sealed, with whatever key."""
    return text.startswith(_MARK)
