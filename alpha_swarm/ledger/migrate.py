"""Brings a database to the newest shape of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.engine import connect

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

#: The revision of the last migration.
NEWEST = "0024"
#: Any number that only we use: two processes that start together migrate one after the other.
_ADVISORY_LOCK = 0x5357_4152_4D


def migrate(url: str) -> None:
    """Create or upgrade the tables; does nothing when they are up to date.

    Raises:
        ConfigurationError: the database cannot be opened, or belongs to a newer version.
    """
    engine = connect(url)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except DBAPIError as error:
        kind = type(error.orig).__name__
        raise ConfigurationError(
            f"DATABASE_URL: the ledger cannot be opened ({kind}); check the address, the rights and the disk"
        ) from None
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    revision = _revision(connection)
    if revision != NEWEST:
        # Alembic is slow to import, and nearly every start finds the ledger as it should be.
        from alpha_swarm.ledger import upgrading  # noqa: PLC0415

        upgrading.upgrade(connection, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
