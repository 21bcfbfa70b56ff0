"""What was removed is taken out of SQLite's files as well.

The write-ahead log keeps old pages. And where rows were moved from page to page as they grew, an old copy
of one may stay behind on its former page, which ``secure_delete`` does not reach: of small rows one in some
hundreds.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from sqlite3 import OperationalError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

#: Writers wait meanwhile, so a reader is not waited for for long; then the patience is `engine`'s again.
_IMPATIENT, _PATIENT = "PRAGMA busy_timeout = 500", "PRAGMA busy_timeout = 30000"
#: As many bytes are written anew in so short a time that nobody who waits to write gives up.
_MOST_BYTES = 2 << 30
#: As many in so short a time that nobody minds, whenever somebody is erased.
_FEW_BYTES = 128 << 20


def checkpoint(engine: Engine) -> bool:
    """Empty the log; whether nobody was reading an older state.

    PostgreSQL drops old versions of rows by its own vacuum.
    """
    if engine.dialect.name != "sqlite":
        return True
    driver = engine.raw_connection()
    try:
        cursor = driver.cursor()
        cursor.execute(_IMPATIENT)
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(_PATIENT)
        return not busy
    finally:
        driver.close()


def compact(engine: Engine, most: int = _MOST_BYTES) -> bool:
    """Write SQLite's file anew, without what stayed behind in it; whether that could be done.

    It takes no writes meanwhile: a second for some 80 MB. ``most`` bytes are not too many.
    """
    if engine.dialect.name != "sqlite" or Path(str(engine.url.database)).stat().st_size > most:
        return False
    driver = engine.raw_connection()
    try:
        driver.cursor().execute("VACUUM")
    except OperationalError:
        # Somebody writes, or the disk is full: another day will do.
        return False
    finally:
        driver.close()
    return checkpoint(engine)


class Clearing:
    """Takes what was removed out of the files; a small one it writes anew, so that no old copy stays."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._anew = self._rests_until = -math.inf

    def clear(self, removed_by: float) -> bool:
        """Take out what was removed by a moment (monotonic seconds); whether nobody was in the way.

        A file is written anew once for all that was removed before, and for half of the time at most: whoever
        comes meanwhile is cleared with the next one, or within a day.
        """
        began = time.monotonic()
        if self._anew < removed_by and self._rests_until <= began and compact(self._engine, _FEW_BYTES):
            ended = time.monotonic()
            self._anew, self._rests_until = began, ended + (ended - began)
            return True
        return checkpoint(self._engine)
