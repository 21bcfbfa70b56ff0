"""Looks into the ledger ten times a second, from a thread of its own, without writing."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alpha_swarm.ledger.engine import snapshot
from alpha_swarm.proof.system.identity import broken
from alpha_swarm.proof.system.takeover import Takeovers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

    from alpha_swarm.proof.trial import Violation

_LOOK_SECONDS = 0.1


class Watch:
    """What it saw: broken books, and how soon the leads of the dead were taken over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.takeovers = Takeovers()
        self.looks = 0
        self._seen: dict[tuple[str, str], Violation] = {}
        self._trouble: Exception | None = None

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Each kind and subject once.

        Raises:
            Exception: the watch itself broke down, so it saw nothing any more.
        """
        if self._trouble is not None:
            raise self._trouble
        return (*self._seen.values(), *self.takeovers.late())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment and locks nothing."""
        with self._engine.connect() as connection, connection.execution_options(**snapshot(self._engine)):
            yield connection

    def look(self) -> None:
        """Once."""
        with self.reading() as connection:
            for one in broken(connection):
                self._seen.setdefault((one.kind, one.subject), one)
            self.takeovers.look(connection)
        self.looks += 1

    def until(self, over: threading.Event) -> None:
        """Look again and again."""
        try:
            while not over.wait(_LOOK_SECONDS):
                self.look()
        except Exception as error:  # noqa: BLE001 - it is raised where the verdict is asked for
            self._trouble = error


@contextmanager
def watching(engine: Engine) -> Iterator[Watch]:
    """A watch for as long as the block runs; a last look ends it."""
    watch, over = Watch(engine), threading.Event()
    thread = threading.Thread(target=watch.until, args=(over,), name="watch", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
    watch.look()
