"""What was removed leaves the files of an SQLite ledger, old copies of rows that were moved included."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, text, update

from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.ledger.schema.tables import leads, persons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PEOPLE = 3000
GONE = range(0, PEOPLE, 10)


def mark(number: int) -> str:
    """Nobody else has it."""
    return f"mk{number:05d}qz"


def fill(ledger: SqlLedger, draw: random.Random) -> None:
    """Small rows that grow later, in another order than they came in, so that they are moved."""
    common = {"generation": 1, "state": "synced", "priority": 1, "created_at": 0, "updated_at": 0}
    rows = [
        {**common, "id": f"{number:026d}", "identity": mark(number)[2:], "retention_until": 0}
        for number in range(PEOPLE)
    ]
    people = [
        {"lead_id": f"{number:026d}", "input": {"n": mark(number), "x": "y" * draw.randint(20, 60)}}
        for number in range(PEOPLE)
    ]
    with ledger.engine.begin() as connection:
        connection.execute(insert(leads), rows)
        connection.execute(insert(persons), people)
    for start in range(0, PEOPLE, 100):
        with ledger.engine.begin() as connection:
            for number in draw.sample(range(start, start + 100), 100):
                grown = {"n": mark(number), "x": "z" * draw.randint(60, 400)}
                one = update(persons).where(persons.c.lead_id == f"{number:026d}")
                connection.execute(one.values(enrichment=grown))


def left(path: Path) -> int:
    """How many of those who are gone stand in the file all the same."""
    data = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    return sum(mark(number).encode() in data for number in GONE)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    """One on SQLite with nothing in it."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    ledger = SqlLedger(LedgerConfig(url=url, key=b"a key for tests"))
    yield ledger
    ledger.close()


def remove(ledger: SqlLedger) -> None:
    """Everybody who is to go."""
    with ledger.engine.begin() as connection:
        for number in GONE:
            connection.execute(delete(persons).where(persons.c.lead_id == f"{number:026d}"))


def times_anew(ledger: SqlLedger) -> int:
    """A number that grows whenever SQLite writes the file anew."""
    with ledger.engine.connect() as connection:
        return int(connection.execute(text("PRAGMA schema_version")).scalar_one())


def test_nobody_who_was_removed_stands_in_a_file_that_was_written_anew(
    ledger: SqlLedger, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.db"
    fill(ledger, random.Random(4))
    assert left(path) == len(GONE)
    remove(ledger)
    assert ledger.checkpoint()
    assert 0 < left(path) < len(GONE) / 20
    assert ledger.compact()
    assert left(path) == 0


def test_a_small_file_is_cleared_once_for_all_that_was_removed_before(
    ledger: SqlLedger, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.db"
    fill(ledger, random.Random(4))
    remove(ledger)
    removed, before = time.monotonic(), times_anew(ledger)
    assert ledger.clear(removed)
    assert left(path) == 0
    assert ledger.clear(removed)
    assert times_anew(ledger) == before + 1


def test_files_are_written_anew_for_half_of_the_time_at_most(ledger: SqlLedger) -> None:
    fill(ledger, random.Random(4))
    began, before = time.monotonic(), times_anew(ledger)
    assert ledger.clear(began)
    took = time.monotonic() - began
    while times_anew(ledger) == before + 1:
        assert ledger.clear(time.monotonic())
    assert times_anew(ledger) == before + 2
    assert time.monotonic() - began > 2 * took


def test_whoever_reads_an_older_state_keeps_the_log_from_being_emptied(
    ledger: SqlLedger, tmp_path: Path
) -> None:
    """And is said to; the same again does it when they are through."""
    ledger.facts.put("one", "two")
    with ledger.read() as tx:
        assert tx.views.settled()
        ledger.facts.put("one", "three")
        assert not ledger.checkpoint()
    assert ledger.checkpoint()
    assert (tmp_path / "ledger.db-wal").stat().st_size == 0
