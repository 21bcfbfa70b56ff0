"""A clock that can be moved by years: the ledger's own, and that of whoever works on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event, text

from alpha_swarm.clock import SystemClock

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

_JULIAN_1970, _DAY = 2440587.5, 86400.0
#: Found before the database's own, since the path names that one's schema behind it.
_DECEIVE = """
CREATE SCHEMA IF NOT EXISTS moved;
CREATE TABLE IF NOT EXISTS moved.clock (passed double precision NOT NULL);
CREATE OR REPLACE FUNCTION moved.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + make_interval(secs => (SELECT max(passed) FROM moved.clock))';
INSERT INTO moved.clock SELECT 0 WHERE NOT EXISTS (SELECT FROM moved.clock);
"""
_PATH = "SET search_path TO moved, pg_catalog, public"


class MovedClock(SystemClock):
    """The machine's, and whatever passed at once since."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._engines: list[Engine] = []

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        """Seconds, those that passed at once included."""
        return super().monotonic() + self.passed

    def move(self, seconds: float) -> None:
        """So much time passes for all."""
        self.passed += seconds
        for engine in self._engines:
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(
                        text("UPDATE moved.clock SET passed = :passed"), {"passed": self.passed}
                    )

    def rule(self, engine: Engine) -> None:
        """From now on this ledger's time is this clock's; nobody has it open yet."""
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                connection.exec_driver_sql(_DECEIVE)
            engine.dispose()
            event.listen(engine, "connect", _look_here_first)
        else:
            event.listen(engine, "connect", self._deceive_sqlite)
        self._engines.append(engine)

    def _deceive_sqlite(self, connection: DBAPIConnection, _record: object) -> None:
        connection.create_function(
            "julianday", 1, lambda _now: (time.time() + self.passed) / _DAY + _JULIAN_1970
        )


def _look_here_first(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(_PATH)
    cursor.close()
    connection.commit()
