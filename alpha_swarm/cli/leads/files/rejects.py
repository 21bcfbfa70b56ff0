"""The file with the rows that were not taken in, each with its reason."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from alpha_swarm.domain.export_cell import safe_cell
from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alpha_swarm.cli.leads.files.rows import Row

COLUMNS = ("row", "line", "field", "reason")


@dataclass(slots=True)
class Rejects:
    """Writes rejected rows; ``count`` of them so far."""

    file: IO[str]
    columns: Sequence[str]
    bars: Callable[[str], bool]
    """Whether the privacy policy keeps a column out: its cells stay blank here, too."""
    count: int = 0

    def add(self, row: Row, field: str, reason: str) -> None:
        """The row with what is wrong, then its cells as they came."""
        self._write(row, field, reason, map(safe_cell, self._cells(row)))

    def add_without_values(self, row: Row, reason: str) -> None:
        """Where the row stands and why it was not taken in; nothing of the person."""
        self._write(row, "", reason, ())

    def _write(self, row: Row, field: str, reason: str, cells: Iterable[str]) -> None:
        writer = csv.writer(self.file)
        if not self.count:
            writer.writerow([*COLUMNS, *map(safe_cell, self.columns)])
        self.count += 1
        writer.writerow([row.number, row.line, field, reason, *cells])

    def _cells(self, row: Row) -> Sequence[str]:
        barred = {place for place, name in enumerate(self.columns) if self.bars(name)}
        if not barred:
            return row.cells
        # Of a row whose cells are too many or too few nobody can say which of them it is.
        if row.trouble:
            return ()
        return ["" if place in barred else cell for place, cell in enumerate(row.cells)]


@contextmanager
def written(path: Path, columns: Sequence[str], bars: Callable[[str], bool]) -> Iterator[Rejects]:
    """The rejects appear under ``path`` when the block ends; without any, an older file goes.

    Raises:
        BadFileError: the folder cannot be written to; nothing was taken in yet.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below, where it also gets its name
            "w",
            encoding="utf-8",
            errors="replace",
            newline="",
            dir=path.parent,
            prefix=f".{path.name}.",
            delete=False,
        )
    except OSError as error:
        raise BadFileError(
            f"{path} cannot be written ({error.strerror}): copy the file to a folder of yours"
        ) from None
    temporary = Path(file.name)
    try:
        with file:
            rejects = Rejects(file, columns, bars)
            yield rejects
        if rejects.count:
            temporary.replace(path)
        else:
            path.unlink(missing_ok=True)
    finally:
        temporary.unlink(missing_ok=True)
