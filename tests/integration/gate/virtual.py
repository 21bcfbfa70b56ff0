"""The very scripts and classes of the gate, in a time that the test makes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from redis import Redis

from alpha_swarm.coordination.scripts import SINCE
from alpha_swarm.coordination.windows import MICROSECONDS

if TYPE_CHECKING:
    from redis.commands.core import Script

_TIME, _KEY = "redis.call('TIME')", "virtual time"


class VirtualRedis(Redis):
    """A client whose scripts read the time from a key."""

    def register_script(self, script: Any) -> Script:
        """The script, with the one place replaced at which it reads the server's clock."""
        assert script.count(_TIME) == 1
        return super().register_script(script.replace(_TIME, f"redis.call('HMGET', '{_KEY}', 's', 'u')"))


class VirtualTime:
    """Implements ``clock.Clock``: everybody's own time, and the server's, which can be set apart from it."""

    def __init__(self, server: Redis) -> None:
        self.redis = VirtualRedis(unix_socket_path=server.connection_pool.connection_kwargs["path"])
        self.offset = 0.0
        self._seconds = 1e9
        self.forget()
        self.redis.set(SINCE, 0)

    def forget(self) -> None:
        """What FLUSHALL does."""
        self.redis.flushall()
        self._tell()

    def set_server(self, offset: float) -> None:
        """Somebody sets the server's clock."""
        self.offset = offset
        self._tell()

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return self._seconds

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(self._seconds, UTC)

    def sleep(self, seconds: float) -> None:
        """Wait that long."""
        self.go_to(self._seconds + seconds)

    def go_to(self, moment: float) -> None:
        """It is that late now."""
        self._seconds = moment
        self._tell()

    def _tell(self) -> None:
        seconds, micro = divmod(round((self._seconds + self.offset) * MICROSECONDS), MICROSECONDS)
        self.redis.hset(_KEY, mapping={"s": seconds, "u": micro})
