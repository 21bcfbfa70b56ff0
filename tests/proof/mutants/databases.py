"""Sabotages of what the database trials watch over. Each is a few lines, and none is in the product."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from alpha_swarm.ledger import engine
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.session import Session
from alpha_swarm.pipeline.reconcile import Reconcile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

#: Read by the children's interpreters when they start: each answer leaves, and its commit follows.
_ANSWER_FIRST = """
import threading
from alpha_swarm.api import taking

def answer_first(self, deliveries):
    block = self._ledger.begin()
    tx = block.__enter__()
    answers = [self._answer(tx, delivery, []) for delivery in deliveries]
    threading.Timer(0.15, block.__exit__, (None, None, None)).start()
    return answers

taking.TakeAll.__call__ = answer_first
"""


def a_failed_commit_passes_for_done(patch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the commit goes on as if it had been applied."""

    @contextmanager
    def session(self: SqlLedger) -> Iterator[Session]:
        with self.engine.connect() as connection:
            connection.begin()
            yield Session(connection, self._personal)
            try:
                connection.commit()
            except OperationalError:
                connection.invalidate()

    patch.setattr(SqlLedger, "_session", session)


def commits_wait_for_no_disk(patch: pytest.MonkeyPatch) -> None:
    """SQLite's synchronous=OFF."""
    set_up = engine._set_up_sqlite

    def careless(connection: Any, record: object) -> None:
        set_up(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    patch.setattr(engine, "_set_up_sqlite", careless)


def a_restored_ledger_is_trusted(patch: pytest.MonkeyPatch) -> None:
    """The mark outside is never compared."""
    patch.setattr(Reconcile, "_doubt", lambda _self, _tx: None)


def answers_leave_before_the_commit(folder: Path) -> dict[str, str]:
    """Variables under which our processes do so."""
    return _from_the_start(folder, _ANSWER_FIRST)


def a_door_that_waits_for_no_disk(folder: Path) -> dict[str, str]:
    """Variables under which our processes run SQLite with synchronous=OFF."""
    program = """
from alpha_swarm.ledger import engine

set_up = engine._set_up_sqlite

def careless(connection, record):
    set_up(connection, record)
    connection.execute("PRAGMA synchronous=OFF")

engine._set_up_sqlite = careless
"""
    return _from_the_start(folder, program)


def _from_the_start(folder: Path, program: str) -> dict[str, str]:
    (folder / "sitecustomize.py").write_text(program)
    return {"PYTHONPATH": str(folder)}
