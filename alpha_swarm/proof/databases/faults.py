"""Statements and commits of an engine that fail on purpose, with the driver's own errors."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    import random
    from collections.abc import Collection

    from sqlalchemy.engine import Engine

Go = Callable[[], object]
#: Runs a statement or a commit of the driver's connection in the midst of trouble. It raises what the driver
#: raises, or returns when the trouble came to nothing.
Trouble = Callable[[Any, Go], None]


def places(chance: random.Random, spacing: int, most: int) -> frozenset[int]:
    """So many operations, counted from 1, ``spacing`` apart on average.

    The distances differ: at equal ones each attempt at the same job may meet its fault at the same place.
    """
    return frozenset(itertools.accumulate(chance.randint(1, 2 * spacing - 1) for _ in range(most)))


class Faults:
    """Troubles an engine's statements, or its commits, at the given places, counted from 1.

    Trouble that came to nothing, such as a full disk for a statement that writes nothing, stays for the next
    operation.
    """

    def __init__(self, trouble: Trouble, at: Collection[int]) -> None:
        self.seen = 0
        """Operations so far."""
        self.hits: list[int] = []
        """Those that failed because of it."""
        self._trouble = trouble
        self._places = at
        self._waiting = False

    def __str__(self) -> str:
        return f"{self._trouble.__name__} at {', '.join(map(str, self.hits))}"

    @property
    def landed(self) -> int:
        """Operations that failed because of it."""
        return len(self.hits)

    def on_statements(self, engine: Engine) -> None:
        """From now on this engine's statements are counted."""
        dialect = engine.dialect

        def one(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
            return self._meet(
                cursor.connection, lambda: dialect.do_execute(cursor, statement, parameters, context)
            )

        def many(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
            return self._meet(
                cursor.connection, lambda: dialect.do_executemany(cursor, statement, parameters, context)
            )

        def bare(cursor: Any, statement: str, context: Any) -> bool:
            return self._meet(
                cursor.connection, lambda: dialect.do_execute_no_params(cursor, statement, context)
            )

        event.listen(engine, "do_execute", one)
        event.listen(engine, "do_executemany", many)
        event.listen(engine, "do_execute_no_params", bare)

    def on_commits(self, engine: Engine) -> None:
        """From now on this engine's commits are counted."""
        dialect: Any = engine.dialect
        commit = dialect.do_commit

        def committing(connection: Any) -> None:
            if not self._meet(connection.driver_connection, lambda: commit(connection)):
                commit(connection)

        dialect.do_commit = committing

    def _meet(self, connection: Any, go: Go) -> bool:
        """Whether the operation was carried out here."""
        self.seen += 1
        self._waiting = self._waiting or self.seen in self._places
        if not self._waiting:
            return False
        try:
            self._trouble(connection, go)
        except Exception:
            self._waiting = False
            self.hits.append(self.seen)
            raise
        return True
