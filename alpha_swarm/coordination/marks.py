"""How far each ledger has come, remembered where a restored ledger cannot take it back."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

if TYPE_CHECKING:
    from pathlib import Path

    from redis import Redis

_KEY = "alpha-swarm:pulse:"


class OutsideMarks:
    """Implements ``ports.edge.Marks``: a file in the home for this machine, a key in Redis for all."""

    def __init__(self, home: Path, connection: Redis) -> None:
        self._home = home
        self._connection = connection

    def read(self, ledger: str) -> int:
        """The higher one; one that cannot be read says nothing."""
        return max(self._from_file(ledger), self._from_redis(ledger))

    def write(self, ledger: str, beats: int) -> None:
        """Both, as far as they can be had."""
        with suppress(OSError):
            draft = self._path(ledger).with_suffix(f".{secrets.token_hex(4)}")
            draft.write_text(str(beats))
            draft.replace(self._path(ledger))
        with suppress(RedisError):
            self._connection.set(_KEY + ledger, beats)

    def _path(self, ledger: str) -> Path:
        return self._home / f"pulse-{ledger}"

    def _from_file(self, ledger: str) -> int:
        with suppress(OSError, ValueError):
            return int(self._path(ledger).read_text())
        return 0

    def _from_redis(self, ledger: str) -> int:
        with suppress(RedisError, ValueError):
            return int(self._connection.get(_KEY + ledger) or 0)
        return 0
