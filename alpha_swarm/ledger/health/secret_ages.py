"""Since when each secret of the settings has been in use; the ledger knows them by a keyed hash alone."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from alpha_swarm.ledger.facts import SqlFacts
    from alpha_swarm.ledger.session import Session

FACT = "secret-ages"
_HASH_DIGITS = 16


class SqlSecretAges:
    """Remembers when a secret was first seen, and forgets it when it is no longer set."""

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Session]], facts: SqlFacts, key: bytes
    ) -> None:
        self._begin = begin
        self._facts = facts
        self._key = key

    def note(self, secrets: Mapping[str, Sequence[str]]) -> Mapping[str, float]:
        """Variable → seconds since the oldest of its secrets was first seen here."""
        known: Mapping[str, Mapping[str, float]] = json.loads(self._facts.look(FACT) or "{}")
        with self._begin() as session:
            now = session.now
        seen = {
            name: {mark: known.get(name, {}).get(mark, now) for mark in map(self._mark, texts)}
            for name, texts in secrets.items()
        }
        # What this process is not told, others may be.
        if (kept := {**known, **seen}) != known:
            self._facts.put(FACT, json.dumps(kept))
        return {name: now - min(moments.values()) for name, moments in seen.items()}

    def _mark(self, secret: str) -> str:
        digest = hmac.new(self._key, b"secret age\0" + secret.encode(), hashlib.sha256)
        return digest.hexdigest()[:_HASH_DIGITS]
