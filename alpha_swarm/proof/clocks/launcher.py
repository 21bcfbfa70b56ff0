"""Runs a module as a process whose clock is off: ``python -m …launcher MODULE ARGUMENTS…``.

Under libfaketime the whole process is deceived, also SQLite in it. Without it Python's own clocks are, and
SQLite's function by which the ledger tells the time.
"""

from __future__ import annotations

import datetime as dt
import os
import runpy
import select
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any, SupportsIndex

from alpha_swarm.proof.clocks.watchface import OFFSET, SAYING

_EACH_SECONDS = 0.2
_true_time = time.time
_true_connect = sqlite3.connect
_true_datetime = dt.datetime
_JULIAN_1970 = 2440587.5
_DAY = 86400.0


def main() -> None:
    """The arguments are the part's own."""
    if "LD_PRELOAD" in os.environ:
        # libfaketime takes the end of a sleep, which Python gives in monotonic time, for a wrong argument.
        time.sleep = _sleep
    else:
        _deceive(Path(os.environ[OFFSET]))
    threading.Thread(target=_say, args=(Path(os.environ[SAYING]),), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select((), (), (), float(seconds))


def _say(path: Path) -> None:
    """What this process takes for the time, beside the clock that nobody sets."""
    with path.open("a") as file:
        while True:
            file.write(f"{time.time()} {time.monotonic()}\n")
            file.flush()
            time.sleep(_EACH_SECONDS)


def _deceive(offset: Path) -> None:
    def off() -> float:
        return _true_time() + float(offset.read_text())

    class Deceived(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, _true_datetime)

    class Datetime(_true_datetime, metaclass=Deceived):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return _true_datetime.fromtimestamp(off(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return _true_datetime.fromtimestamp(off(), dt.UTC).replace(tzinfo=None)

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = _true_connect(*arguments, **options)
        connection.create_function("julianday", 1, lambda _now: off() / _DAY + _JULIAN_1970)
        return connection

    time.time = off
    dt.datetime = Datetime  # type: ignore[misc]  # everybody who imports it from now on is deceived
    sqlite3.connect = connect  # type: ignore[assignment]
    sqlite3.dbapi2.connect = connect  # type: ignore[assignment]


if __name__ == "__main__":
    main()
