"""A clock that can be moved by years: the ledger's own, and that of whoever works on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event

from alpha_swarm.clock import SystemClock

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

_JULIAN_1970, _DAY = 2440587.5, 86400.0


class MovedClock(SystemClock):
    """The machine's, and whatever passed at once since."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        """Seconds, those that passed at once included."""
        return super().monotonic() + self.passed

    def move(self, seconds: float) -> None:
        """So much time passes for all."""
        self.passed += seconds

    def rule(self, engine: Engine) -> None:
        """From now on this SQLite ledger's time is this clock's; nobody has it open yet."""
        event.listen(engine, "connect", self._deceive)

    def _deceive(self, connection: DBAPIConnection, _record: object) -> None:
        connection.create_function(
            "julianday", 1, lambda _now: (time.time() + self.passed) / _DAY + _JULIAN_1970
        )
