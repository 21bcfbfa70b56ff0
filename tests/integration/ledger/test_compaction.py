"""What was removed leaves the files of an SQLite ledger, old copies of rows that were moved included."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, update

from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.ledger.tables import leads, persons

if TYPE_CHECKING:
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


def test_nobody_who_was_removed_stands_in_a_file_that_was_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    migrate(f"sqlite:///{path}")
    ledger = SqlLedger(LedgerConfig(url=f"sqlite:///{path}", key=b"a key for tests"))
    fill(ledger, random.Random(5))
    assert left(path) == len(GONE)
    with ledger.engine.begin() as connection:
        for number in GONE:
            connection.execute(delete(persons).where(persons.c.lead_id == f"{number:026d}"))
    assert ledger.checkpoint()
    assert left(path) < len(GONE) / 20
    assert ledger.compact()
    assert left(path) == 0
    ledger.close()


def test_whoever_reads_an_older_state_keeps_the_log_from_being_emptied(tmp_path: Path) -> None:
    """And is said to; the same again does it when they are through."""
    path = tmp_path / "ledger.db"
    migrate(f"sqlite:///{path}")
    ledger = SqlLedger(LedgerConfig(url=f"sqlite:///{path}", key=b"a key for tests"))
    ledger.facts.put("one", "two")
    with ledger.read() as tx:
        assert tx.views.settled()
        ledger.facts.put("one", "three")
        assert not ledger.checkpoint()
    assert ledger.checkpoint()
    assert (path.with_name("ledger.db-wal")).stat().st_size == 0
    ledger.close()
