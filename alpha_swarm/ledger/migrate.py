"""Brings a database to the newest shape of the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.engine import connect

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

_SCRIPTS = Path(__file__).parent / "migrations"
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


def is_current(engine: Engine) -> bool:
    """Whether the tables have the newest shape."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return MigrationContext.configure(connection).get_current_revision() == _head()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision == _head():
        return
    if revision is not None and revision not in {script.revision for script in _scripts().walk_revisions()}:
        raise ConfigurationError("DATABASE_URL: the ledger belongs to a newer version; upgrade alpha-swarm")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _head() -> str | None:
    return _scripts().get_current_head()
