"""Keyed hashes: what a person can be looked up by without being readable."""

from __future__ import annotations

import hashlib
import hmac


class IdentityHash:
    """HMAC-SHA256 under the installation's key, so that a stolen ledger of hashes can't be tried out."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __call__(self, identity: str) -> str:
        """64 hexadecimal digits for ``kind:value``."""
        return hmac.new(self._key, identity.encode(), hashlib.sha256).hexdigest()


def fingerprint(*parts: object) -> str:
    """SHA-256 of the parts, for telling whether the same came before."""
    return hashlib.sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()
