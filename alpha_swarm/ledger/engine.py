"""Connections to the ledger: durable commits, one writer at a time on SQLite, the database's clock."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Double, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.sql.compiler import SQLCompiler

    Insert = postgresql.Insert | sqlite.Insert

#: Seconds a statement waits for another writer; a batch holds the lock for some tens of milliseconds.
BUSY_SECONDS = 30.0

#: Between two looks for the write lock; the shortest transactions take as long.
_KNOCK_SECONDS = 0.002
#: The part of SQLite's extended codes that names the kind of error.
_KIND = 0xFF

#: Between two statements of a transaction lie milliseconds, unless its process stands still.
IDLE_SECONDS = 30

_JSON: Any = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}

#: Set on a connection that only reads, so that it does not queue for SQLite's one write lock.
READ_ONLY = "alpha_swarm_read_only"


class DatabaseTime(GenericFunction[float]):
    """The database's clock: seconds since 1970 in UTC, the same for every process and host."""

    type = Double()
    inherit_cache = True


@compiles(DatabaseTime, "sqlite")
def _sqlite_time(_element: DatabaseTime, _compiler: SQLCompiler, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseTime, "postgresql")
def _postgresql_time(_element: DatabaseTime, _compiler: SQLCompiler, **_: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


def snapshot(engine: Engine) -> dict[str, Any]:
    """Options of a connection that only reads; SQLite's transactions are of one moment anyhow."""
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    return {READ_ONLY: True, **isolation}


def insert(connection: Connection, table: Table) -> Insert:
    """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    if connection.dialect.name == "postgresql":
        # Slow to import, and of no use with SQLite.
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(table)
    return sqlite.insert(table)


def connect(url: str) -> Engine:
    """An engine whose commits are durable when they return."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    engine = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=15, **_JSON)
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=5, max_overflow=40, **_JSON)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # The driver's own implicit BEGIN is deferred and fails under contention; ours is emitted below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _set_up_postgresql(connection: DBAPIConnection, _record: object) -> None:
    # A process that is frozen within a transaction must not keep its locks from all others.
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_SECONDS * 1000}")
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("BEGIN")
    elif not _begun(connection.connection.dbapi_connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begun(driver: Any) -> bool:
    """Whether the write lock could be had in time.

    SQLite itself looks for it ever more seldom, up to every tenth of a second, so that of several writers one
    may go hungry for seconds. Here all knock evenly, and have the same chance.
    """
    end = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    return False
                time.sleep(_KNOCK_SECONDS)
            else:
                return True
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
