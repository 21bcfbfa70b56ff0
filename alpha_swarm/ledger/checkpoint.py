"""What was removed is taken out of SQLite's files as well: the write-ahead log keeps old pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

#: Writers wait meanwhile, so a reader is not waited for for long.
_PATIENCE_MILLISECONDS = 500


def checkpoint(engine: Engine) -> bool:
    """Empty the log; whether nobody was reading an older state.

    PostgreSQL drops old versions of rows by its own vacuum.
    """
    if engine.dialect.name != "sqlite":
        return True
    driver = engine.raw_connection()
    try:
        cursor = driver.cursor()
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MILLISECONDS}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {before}")
        return not busy
    finally:
        driver.close()
