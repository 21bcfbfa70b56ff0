"""A PostgreSQL database for the time of a trial."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database(server: str, template: str | None = None) -> Iterator[str]:
    """A new database, a copy of ``template``'s if given; gives its URL and removes it at the end."""
    name = f"alpha_swarm_{secrets.token_hex(6)}"
    source = f" TEMPLATE {make_url(template).database}" if template else ""
    _execute(server, f"CREATE DATABASE {name}{source}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def require_databases(server: str) -> None:
    """Databases can be made there, and removed.

    Raises:
        UserError: the server does not answer, or does not let this user.
    """
    try:
        with database(server):
            pass
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise UserError(
            f"no database can be made on the server ({kind}): check that it answers, and its user's rights"
        ) from None


def _execute(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
