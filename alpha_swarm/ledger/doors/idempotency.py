"""Idempotency keys of the HTTP door: the same key and body get the same answer for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from alpha_swarm.ledger.hashing import fingerprint
from alpha_swarm.ledger.schema.tables import idempotency_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session

_DAY_SECONDS = 86_400.0


class KeyReusedError(Exception):
    """The key came before, with another body."""


class IdempotencyKeys:
    """Remembered answers, written in the transaction that they answer for."""

    def __init__(self, session: Session, days: float) -> None:
        """``days``: for so long an answer is kept."""
        self._session = session
        self._seconds = days * _DAY_SECONDS

    def answer(self, key: str, body: bytes) -> Mapping[str, Any] | None:
        """What was answered to this key and body, ``None`` for a new key.

        Raises:
            KeyReusedError: the key stands for another body.
        """
        row = self._session.rows(self._find(key))
        if not row:
            return None
        if row[0].body != fingerprint(body):
            raise KeyReusedError
        answer: Mapping[str, Any] = row[0].answer
        return answer

    def remember(self, key: str, body: bytes, answer: Mapping[str, Any]) -> None:
        """Keep the answer."""
        expired = (idempotency_keys.c.key == fingerprint(key), self._expired())
        self._session.run(delete(idempotency_keys).where(*expired))
        row = {"key": fingerprint(key), "body": fingerprint(body), "answer": dict(answer)}
        self._session.add(idempotency_keys, [{**row, "created_at": self._session.now}])

    def _expired(self) -> Any:
        return idempotency_keys.c.created_at < self._session.now - self._seconds

    def _find(self, key: str) -> Any:
        return select(idempotency_keys).where(idempotency_keys.c.key == fingerprint(key), ~self._expired())
