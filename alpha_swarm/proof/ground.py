"""Where trials take place: ledgers of their own on either database, stages of their own."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.proof.postgresql import database as postgresql_database

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ground:
    """A folder for the time of the proof.

    With a PostgreSQL ``server`` ledgers are databases there, else SQLite files.
    """

    def __init__(self, server: str | None = None) -> None:
        self._server = server
        self._open = ExitStack()
        self.folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="alpha-swarm-proof-")))

    @contextmanager
    def ledger(self) -> Iterator[str]:
        """The address of a ledger of the newest shape with nothing in it."""
        if self._server is not None:
            with postgresql_database(self._server, self._template) as url:
                yield url
            return
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            path = Path(folder) / "ledger.db"
            shutil.copy(self._template, path)
            yield f"sqlite:///{path}"

    def close(self) -> None:
        """Remove everything."""
        self._open.close()

    @cached_property
    def _template(self) -> str:
        if self._server is not None:
            url = self._open.enter_context(postgresql_database(self._server))
            migrate(url)
            return url
        path = self.folder / "template.db"
        migrate(f"sqlite:///{path}")
        return str(path)
