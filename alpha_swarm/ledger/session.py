"""What the parts of a transaction share: the connection, its time, and statements for both databases."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.ledger.engine import DatabaseTime, insert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Select, Table
    from sqlalchemy.engine import Connection, CursorResult, Row
    from sqlalchemy.sql import Executable

    from alpha_swarm.ledger.engine import Insert
    from alpha_swarm.ledger.sealing.personal_values import PersonalValues


class Session:
    """One open transaction."""

    def __init__(self, connection: Connection, personal: PersonalValues) -> None:
        self.connection = connection
        self.personal = personal

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

    def closed(
        self, table: Table, rows: Sequence[Mapping[str, Any]], owner: str = "lead_id"
    ) -> Sequence[Mapping[str, Any]]:
        """Rows by the names of the columns, with the personal values in them sealed.

        ``owner`` is the name under which the person's id stands in them.
        """
        return self.personal.closed(self.connection, table, rows, owner)

    def closed_each(self, where: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Lead id → value, sealed, where the values of several leads stand in one row."""
        return self.personal.closed_each(self.connection, where, values)

    def opened(self, query: Select[Any]) -> Sequence[Row[Any]]:
        """All rows of a query, with the personal values in them opened."""
        return self.personal.opened(query, self.rows(query))

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
        return insert(self.connection, table)

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]], *, keep: bool = False) -> None:
        """Insert rows, personal values sealed; with ``keep`` those that exist already stay as they are."""
        listed = self.closed(table, list(rows))
        if listed:
            statement = self.insert(table)
            self.connection.execute(statement.on_conflict_do_nothing() if keep else statement, listed)
