"""Copies of a ledger, as a backup makes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from alpha_swarm.proof.postgresql import database

if TYPE_CHECKING:
    from collections.abc import Iterator


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
