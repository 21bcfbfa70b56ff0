"""What was committed stands, whatever becomes of the process."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.schema.tables import leads
from tests.integration.ledger.actors import add, arrival, people

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger

_SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}

WRITER = """
import itertools, sys
from alpha_swarm.ledger.ledger import SqlLedger
from tests.integration.ledger.actors import add, arrival, config
ledger = SqlLedger(config(sys.argv[1]))
for number in itertools.count():
    print(*add(ledger, [arrival(f"writer-{number}-{index}") for index in range(5)]), flush=True)
"""


def pragma(ledger: SqlLedger, name: str) -> object:
    """A setting of the connections."""
    with ledger.engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def add_and_fail(ledger: SqlLedger) -> None:
    """A step that breaks after it has written."""
    with ledger.begin() as tx:
        tx.leads.add([arrival("ada")])
        raise ZeroDivisionError


def test_every_sqlite_connection_is_durable_and_wipes_what_it_deletes(ledger: SqlLedger) -> None:
    """WAL, synchronous=FULL (2), secure_delete and foreign keys."""
    if ledger.engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite alone")
    assert {name: pragma(ledger, name) for name in _SQLITE_PRAGMAS} == _SQLITE_PRAGMAS


def test_commits_survive_a_writer_that_is_killed(ledger: SqlLedger, database_url: str) -> None:
    writer = subprocess.Popen(  # noqa: S603 - the test's own program
        [sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    told = [writer.stdout.readline().split() for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    told += [line.split() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    with ledger.read() as tx:
        counts = tx.views.counts()
        found = tx.leads.load([lead_id for line in told for lead_id in line])
    assert set(found) == {lead_id for line in told for lead_id in line}
    assert counts.stranded == 0
    assert sum(counts.states.values()) == counts.accepted >= len(found)


def test_a_transaction_that_raises_leaves_nothing(ledger: SqlLedger) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_fail(ledger)
    with ledger.read() as tx:
        assert sum(tx.views.counts().states.values()) == 0


def test_a_lead_cannot_be_taken_away_from_under_its_work(ledger: SqlLedger) -> None:
    """Foreign keys hold on both databases; the driver's error comes as a verdict without values."""
    people(ledger, 1)
    with pytest.raises(AlphaSwarmError, match=r"IntegrityError|ForeignKeyViolation"), ledger.begin() as tx:
        tx.session.run(leads.delete())


def test_a_reader_does_not_wait_for_a_writer(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    other = open_ledger()
    with ledger.begin() as writing:
        writing.leads.add([arrival("ada")])
        with other.read() as reading:
            assert sum(reading.views.counts().states.values()) == 0
    assert add(other, [arrival("ada")])
