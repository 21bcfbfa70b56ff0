"""What the parts of a transaction share: the connection, its time, and statements for both databases."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from alpha_swarm.ledger.engine import DatabaseTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.engine import Connection, CursorResult, Row
    from sqlalchemy.sql import Executable

    Insert = postgresql.Insert | sqlite.Insert


class Session:
    """One open transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @property
    def row_locks(self) -> bool:
        """Whether rows can be locked one by one: SQLite has one writer at a time in any case."""
        return self.connection.dialect.name == "postgresql"

    @cached_property
    def now(self) -> float:
        """The database's time when this transaction first asked: one reading for all that it writes."""
        return float(self.connection.execute(select(DatabaseTime())).scalar_one())

    def run(
        self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Execute a statement, once or for each row."""
        return self.connection.execute(statement, rows) if rows else self.connection.execute(statement)

    def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """All rows of a query."""
        return self.connection.execute(statement).all()

    @contextmanager
    def any_text(self) -> Iterator[None]:
        """Within the block no text is refused for its bytes: SQLite keeps whatever somebody put there."""
        driver: Any = self.connection.connection.dbapi_connection
        if self.row_locks:
            yield
            return
        driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        try:
            yield
        finally:
            driver.text_factory = str

    def insert(self, table: Table) -> Insert:
        """An insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        if self.connection.dialect.name == "postgresql":
            # Slow to import, and of no use with SQLite.
            from sqlalchemy.dialects import postgresql  # noqa: PLC0415

            return postgresql.insert(table)
        return sqlite.insert(table)

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]], *, keep: bool = False) -> None:
        """Insert rows; with ``keep`` those that exist already stay as they are."""
        listed = list(rows)
        if listed:
            statement = self.insert(table)
            self.connection.execute(statement.on_conflict_do_nothing() if keep else statement, listed)
