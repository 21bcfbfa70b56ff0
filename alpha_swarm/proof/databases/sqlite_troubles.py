"""What SQLite runs into: another writer, a full disk, a disk that does not write."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.proof.databases.faults import Go

_MOST_PAGES = 4294967294


def locked(connection: Any, go: Go) -> None:
    """Another connection holds the write lock, and nobody waits for it."""
    with _no_patience(connection), _other_writer(connection):
        go()
    # A statement within our own transaction is never refused for this reason; a reader's is by other systems.
    raise sqlite3.OperationalError("database is locked")


def full(connection: Any, go: Go) -> None:
    """There is no page left; a statement that needs none goes through."""
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    try:
        go()
    finally:
        connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}")


def unwritable(connection: Any, go: Go) -> None:
    """The system refuses every write to a file; what writes nothing is told that reading failed."""
    del connection
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        go()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    raise sqlite3.OperationalError("disk I/O error")


def refused(connection: Any, go: Go) -> None:
    """The commit's pages cannot be written; nothing is applied."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        go()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        del connection


def lost(connection: Any, go: Go) -> None:
    """The commit is applied, and its caller is told that it failed."""
    del connection
    go()
    raise sqlite3.OperationalError("disk I/O error")


@contextmanager
def _no_patience(connection: Any) -> Iterator[None]:
    before = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout=0")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout={before}")


@contextmanager
def _other_writer(connection: Any) -> Iterator[None]:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        # Where the lock is our own connection's, there is no other writer to be had.
        with suppress(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()
