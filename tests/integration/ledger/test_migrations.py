"""The tables come about by migrations, and those agree with the tables that the queries use."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.engine import connect
from alpha_swarm.ledger.migrate import is_current, migrate
from alpha_swarm.ledger.tables import metadata
from tests.integration.together import in_processes


def differences(url: str) -> list[object]:
    """What alembic would still have to change."""
    engine = connect(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, metadata))
    finally:
        engine.dispose()


def current(url: str) -> bool:
    """Whether the database has the newest shape."""
    engine = connect(url)
    try:
        return is_current(engine)
    finally:
        engine.dispose()


def execute(url: str, statement: str) -> None:
    """Change something behind the ledger's back."""
    engine = connect(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_the_migrations_make_exactly_the_tables_that_are_used(empty_database_url: str) -> None:
    migrate(empty_database_url)
    assert differences(empty_database_url) == []


def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    assert not current(empty_database_url)
    migrate(empty_database_url)
    migrate(empty_database_url)
    assert current(empty_database_url)


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    in_processes(migrate, [(empty_database_url,)] * 2)
    assert current(empty_database_url)
    assert differences(empty_database_url) == []


def test_a_ledger_of_a_newer_version_is_left_alone(database_url: str) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9999_from_the_future'")
    with pytest.raises(ConfigurationError, match="newer version; upgrade alpha-swarm"):
        migrate(database_url)


def test_a_database_that_cannot_be_opened_is_one_line_with_a_remedy() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL: the ledger cannot be opened"):
        migrate("sqlite:////proc/nothing/can/be/here.db".replace("/nothing/can/be", ""))
