"""The tables come about by migrations, and those agree with the tables that the queries use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from alpha_swarm.domain.results.quality import FIELDS
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.engine import connect
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.migrate import NEWEST, migrate
from alpha_swarm.ledger.schema.tables import metadata
from alpha_swarm.ledger.upgrading import SCRIPTS
from tests.integration.ledger.actors import add, arrival, config
from tests.integration.together import in_processes

if TYPE_CHECKING:
    from collections.abc import Callable


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
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == NEWEST
    finally:
        engine.dispose()


_LEAD = (
    "INSERT INTO leads (id, generation, state, priority, identity, created_at, updated_at, retention_until)"
    " VALUES ('lead-{number}', 1, 'received', 1, 'somebody-{number}', 1.0, 1.0, 9e9)"
)
_OWED = (
    "INSERT INTO work (lead_id, step, priority, due_at, since, attempts, claims, crashes, hinted_at)"
    " VALUES ('lead-{number}', 'ingest', 1, {due_at}, 1.0, 2, 3, 1, 4.0)"
)


def shaped(url: str, revision: str, change: Callable[[Config, str], None] = command.upgrade) -> None:
    """Bring the database to this shape."""
    script = Config()
    script.set_main_option("script_location", str(SCRIPTS))
    engine = connect(url)
    try:
        with engine.begin() as connection:
            script.attributes["connection"] = connection
            change(script, revision)
    finally:
        engine.dispose()


def fetched(url: str, query: str) -> list[tuple[object, ...]]:
    """The rows, in the order of their first column."""
    engine = connect(url)
    try:
        with engine.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(text(query)))
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


def test_the_newest_revision_is_the_last_migration() -> None:
    """It is named apart, so that a process that finds its ledger up to date needs no Alembic."""
    script = Config()
    script.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(script).get_heads() == [NEWEST]


def test_what_was_owed_before_there_were_turns_is_owed_as_it_was(empty_database_url: str) -> None:
    """With its due time, its failures and its crashes; whoever waited is due before whoever comes now."""
    shaped(empty_database_url, "0003")
    for number, due_at in enumerate((5.0, 7.5)):
        execute(empty_database_url, _LEAD.format(number=number))
        execute(empty_database_url, _OWED.format(number=number, due_at=due_at))
    migrate(empty_database_url)
    owed = "SELECT lead_id, step, due_at, attempts, claims, crashes, turn FROM work"
    assert fetched(empty_database_url, owed) == [
        ("lead-0", "ingest", 5.0, 2, 3, 1, 0.0),
        ("lead-1", "ingest", 7.5, 2, 3, 1, 0.0),
    ]
    assert differences(empty_database_url) == []
    ledger = SqlLedger(config(empty_database_url))
    try:
        (fresh,) = add(ledger, [arrival("ada")])
        with ledger.read() as tx:
            assert tx.work.due([Step.INGEST], 10)[Step.INGEST][-1] == fresh
    finally:
        ledger.close()


def test_the_step_to_turns_can_be_reverted(empty_database_url: str) -> None:
    migrate(empty_database_url)
    shaped(empty_database_url, "0003", command.downgrade)
    assert not current(empty_database_url)
    migrate(empty_database_url)
    assert differences(empty_database_url) == []


def test_the_books_of_days_become_those_of_days_and_months(empty_database_url: str) -> None:
    """And go back again."""
    shaped(empty_database_url, "0004")
    days = [("2026-01-30", 6.0, 1.5), ("2026-01-31", 0.0, 2.0), ("2026-02-01", 12.0, 4.0)]
    for day, reserved, spent in days:
        execute(empty_database_url, f"INSERT INTO budget VALUES ('{day}', {reserved}, {spent})")  # noqa: S608 - the test's own
    migrate(empty_database_url)
    books = "SELECT scope, credits_reserved, credits_spent, actions_reserved, actions_spent FROM budget"
    assert fetched(empty_database_url, books) == [
        ("day:2026-01-30", 6.0, 1.5, 0.0, 0.0),
        ("day:2026-01-31", 0.0, 2.0, 0.0, 0.0),
        ("day:2026-02-01", 12.0, 4.0, 0.0, 0.0),
        ("month:2026-01", 6.0, 3.5, 0.0, 0.0),
        ("month:2026-02", 12.0, 4.0, 0.0, 0.0),
    ]
    shaped(empty_database_url, "0004", command.downgrade)
    assert fetched(empty_database_url, "SELECT day, reserved, spent FROM budget") == days


def test_a_ledger_of_a_newer_version_is_left_alone(database_url: str) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9999_from_the_future'")
    with pytest.raises(ConfigurationError, match="newer version; upgrade alpha-swarm"):
        migrate(database_url)


def test_a_database_that_cannot_be_opened_is_one_line_with_a_remedy() -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL: the ledger cannot be opened"):
        migrate("sqlite:////proc/nothing/can/be/here.db".replace("/nothing/can/be", ""))


def test_what_reports_count_is_filled_in_from_what_is_known(empty_database_url: str) -> None:
    """Whoever has no result yet has a source only; an empty list and ``null`` are no values."""
    shaped(empty_database_url, "0017")
    enrichment = (
        '{"status": "partial", "enriched_at": "2026-01-15T10:10:00.500000Z", "dropped": [["title", "a"]],'
        ' "values": {"phone": "+14155550100", "tech_stack": [], "title": null, "linkedin_connections": 0}}'
    )
    for number, found in enumerate((enrichment, None)):
        execute(empty_database_url, _LEAD.format(number=number))
        given = "NULL" if found is None else f"'{found}'"
        execute(
            empty_database_url,
            "INSERT INTO persons (lead_id, input, enrichment)"  # noqa: S608 - the test's own
            f" VALUES ('lead-{number}', '{{\"source_name\": \"Rival\"}}', {given})".replace(":", "\\:"),
        )
    migrate(empty_database_url)
    bits = (1 << FIELDS.index("phone")) + (1 << FIELDS.index("linkedin_connections"))
    counted = "SELECT id, source, enriched_at, filled, dropped FROM leads"
    assert fetched(empty_database_url, counted) == [
        ("lead-0", "Rival", 1768471800.5, bits, 1),
        ("lead-1", "Rival", None, None, None),
    ]
    shaped(empty_database_url, "0017", command.downgrade)
    migrate(empty_database_url)
    assert differences(empty_database_url) == []
