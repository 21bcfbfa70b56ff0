"""Personal values at rest: each person's under a data key of its own, which the installation's keys wrap."""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from alpha_swarm.errors import ConfigurationError, TamperedError
from alpha_swarm.sealing import derived

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_BYTES = 32
#: Bytes; random for each sealing, so that one key is good for billions of them.
_NONCE = 12
_ID_BYTES = 4
_HEX = re.compile(r"[0-9a-fA-F]{64}")
#: No text that a sender may send begins so.
_LETTER = b"\0sealed:2:"


def read_key(text: str) -> bytes:
    """A key as it is written in the settings.

    Raises:
        ValueError: it is none.
    """
    try:
        key = bytes.fromhex(text) if _HEX.fullmatch(text) else urlsafe_b64decode(_padded(text))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"must be {KEY_BYTES} bytes in hexadecimal digits or base64, such as openssl rand -hex"
            f" {KEY_BYTES} makes them"
        )
    return key


def new_key() -> bytes:
    """A data key."""
    return os.urandom(KEY_BYTES)


class DataKey:
    """AES-256-GCM; ``place`` says what is sealed, and nothing opens that was sealed for another place."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, plain: bytes, place: str) -> bytes:
        """Sealed; never twice the same."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """As it was.

        Raises:
            TamperedError: it is not what was sealed for this place with this key.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise TamperedError(
                f"{place}: not what was sealed there; put it back from a copy, or forget the person"
            ) from None


class KeyRing:
    """The installation's keys: the first one seals, each opens."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._wrapping = {key_id(key): DataKey(derived(key, "wrapping of data keys")) for key in keys}
        self._letters = {key_id(key): DataKey(derived(key, "sealing of letters")) for key in keys}
        self.current = next(iter(self._wrapping))

    @property
    def ids(self) -> tuple[str, ...]:
        """The current one's first."""
        return tuple(self._wrapping)

    def wrap(self, data_key: bytes, owner: str) -> bytes:
        """Under the current key."""
        return self._wrapping[self.current].close(data_key, f"data key of {owner}")

    def unwrap(self, wrapped: bytes, key: str, owner: str) -> bytes:
        """The data key.

        Raises:
            ConfigurationError: its key is not among these.
            TamperedError: it is another owner's.
        """
        return _known(self._wrapping, key).open(wrapped, f"data key of {owner}")

    def close_letter(self, body: bytes, mark: str) -> bytes:
        """What belongs to nobody yet; ``mark`` tells it from all others."""
        sealed = self._letters[self.current].close(body, f"letter {mark}")
        return _LETTER + bytes.fromhex(self.current) + sealed

    def open_letter(self, sealed: bytes, mark: str) -> bytes:
        """The body.

        Raises:
            ConfigurationError: its key is not among these.
            TamperedError: it is another letter's.
        """
        key, rest = letter_key(sealed), sealed[len(_LETTER) + _ID_BYTES :]
        return _known(self._letters, key).open(rest, f"letter {mark}")


def key_id(key: bytes) -> str:
    """By which a key is known; nothing is found out from it."""
    return derived(key, "id of an encryption key")[:_ID_BYTES].hex()


def is_sealed_letter(body: bytes) -> bool:
    """Whether it was sealed, with whatever key."""
    return body.startswith(_LETTER)


def letter_key(sealed: bytes) -> str:
    """The id of the key that it was sealed with."""
    return sealed[len(_LETTER) : len(_LETTER) + _ID_BYTES].hex()


def _known(keys: dict[str, DataKey], key: str) -> DataKey:
    if key not in keys:
        raise ConfigurationError(
            f"ENCRYPTION_KEYS: something is sealed under key {key}, which is not among them:"
            " add it behind the current one"
        )
    return keys[key]


def _padded(text: str) -> bytes:
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    return f"{plain}{'=' * (-len(plain) % 4)}".encode()
