"""How often each party answered 429, until the ledger has it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError

from alpha_swarm.coordination.scripts import PREFIX

if TYPE_CHECKING:
    from redis import Redis

_KEY = f"{PREFIX}refused"


class Refusals:
    """Shared by all processes; what Redis loses of it is not counted."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection

    def count(self, party: str) -> None:
        """One more. Never raises."""
        with suppress(RedisError):
            self._connection.hincrby(_KEY, party, 1)

    def take(self) -> dict[str, int]:
        """Party → refusals since this was last asked; each is handed out once. Never raises."""
        with suppress(RedisError), self._connection.pipeline(transaction=True) as pipeline:
            pipeline.hgetall(_KEY)
            pipeline.delete(_KEY)
            found: Any = pipeline.execute()[0]
            return {party.decode(): int(number) for party, number in found.items()}
        return {}
