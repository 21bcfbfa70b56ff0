"""Copies of a ledger, as a backup makes them: of the whole database, or of what stands in its tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url, select

from alpha_swarm.ledger.schema.tables import metadata
from alpha_swarm.proof.postgresql import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Engine

    Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


@contextmanager
def copied(url: str) -> Iterator[str]:
    """The address of a copy as the ledger is now; nobody may have it open on PostgreSQL."""
    if not url.startswith("sqlite"):
        server = make_url(url).set(database="postgres").render_as_string(hide_password=False)
        with database(server, url) as copy:
            yield copy
        return
    path = Path(make_url(url).database or "")
    target = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as backup:
        source.backup(backup)
    yield f"sqlite:///{target}"


def rows_of(engine: Engine) -> Rows:
    """All tables as they are now; also while others have the ledger open."""
    with engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def put_back(engine: Engine, rows: Rows) -> None:
    """All tables as they were then."""
    with engine.begin() as connection:
        for table in reversed(list(rows)):
            connection.execute(table.delete())
        for table, kept in rows.items():
            if kept:
                connection.execute(table.insert(), kept)
