"""Where leads come from: a file, or what is piped in, which is spooled first so that it can be read twice."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from alpha_swarm.cli.leads.files.csv_rows import CsvRows
from alpha_swarm.cli.leads.files.lines import Lines
from alpha_swarm.cli.leads.files.ndjson_rows import NdjsonRows
from alpha_swarm.cli.leads.files.rows import Rows
from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from alpha_swarm.cli.leads.files.rows import Row

STDIN = "-"
_CSV = frozenset({".csv", ".tsv"})
_NDJSON = frozenset({".ndjson", ".jsonl"})
_SNIFFED_BYTES = 4096
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class LeadFile:
    """An opened file of leads; :meth:`rows` may be read any number of times."""

    file: IO[bytes]
    kind: Rows
    rejects: Path
    """Where its bad rows go."""

    def rows(self) -> Generator[Row]:
        """Each data row, from the first."""
        lines = Lines(self.file)
        try:
            yield from self.kind.read(lines)
        finally:
            lines.release()


@contextmanager
def opened(name: str, home: Path, given: frozenset[str] = frozenset()) -> Iterator[LeadFile]:
    """The file of that name, ``-`` for standard input; ``given`` are columns that need not be there.

    Raises:
        BadFileError: it cannot be read, or it is a directory.
    """
    path = Path(name)
    with _read(name, home) as file:
        rejects = home / "stdin.rejects.csv" if name == STDIN else _rejects_beside(path, home)
        yield LeadFile(file, _kind(path, file, given), rejects)


def _rejects_beside(path: Path, home: Path) -> Path:
    """Beside the file, or, where nothing can be written there, in ALPHA_SWARM_HOME."""
    beside = path.with_suffix(".rejects.csv")
    writable = os.access(beside.parent, os.W_OK) and not beside.is_dir()
    return beside if writable else home / beside.name


@contextmanager
def _read(name: str, home: Path) -> Iterator[IO[bytes]]:
    if name == STDIN:
        with _spooled(sys.stdin.buffer, home) as spool:
            yield spool
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed by the block below
    except OSError as error:
        raise BadFileError(f"{name} cannot be read: {error.strerror}") from None
    with file:
        if stat.S_ISREG(Path(name).stat().st_mode):
            yield file
            return
        with _spooled(file, home) as spool:
            yield spool


@contextmanager
def _spooled(source: IO[bytes], home: Path) -> Iterator[IO[bytes]]:
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=home) as spool:
        shutil.copyfileobj(source, spool)
        yield spool


def _kind(path: Path, file: IO[bytes], given: frozenset[str]) -> Rows:
    start = _start(file)
    if not start:
        raise BadFileError("the file is empty")
    suffix = path.suffix.lower()
    if start.startswith("[") and suffix not in _CSV:
        raise BadFileError("the file holds a JSON list: write one object a line (NDJSON)")
    if suffix in _NDJSON or (suffix not in _CSV and start.startswith("{")):
        return NdjsonRows()
    return CsvRows(given)


def _start(file: IO[bytes]) -> str:
    """What the file begins with, without a byte order mark and blanks."""
    file.seek(0)
    return file.read(_SNIFFED_BYTES).decode("utf-8", "replace").lstrip(_MARK).strip()
