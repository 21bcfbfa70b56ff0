"""Whether a transaction that does not go on keeps others from writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

_HELD = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND mode NOT IN ('AccessShareLock', 'SIReadLock')"
)


def writer_waits(engine: Engine) -> bool:
    """SQLite has one lock for all who write; in PostgreSQL whoever has written or locked rows holds some."""
    if engine.dialect.name == "sqlite":
        return _sqlite(str(engine.url.database))
    with engine.connect() as connection:
        return bool(connection.execute(_HELD).scalar_one())


def _sqlite(path: str) -> bool:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False
