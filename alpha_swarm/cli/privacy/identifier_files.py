"""Lists of persons, row by row: those of DROP by their hashes, others by whatever a cell says."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from alpha_swarm.domain.doors.deletion_lists import DropList
from alpha_swarm.domain.doors.who import Who, read_who
from alpha_swarm.errors import BadFileError

STDIN = "-"


@dataclass(slots=True)
class ListFile:
    """One list, read once."""

    name: str
    rows: Iterator[Sequence[str]]
    drop: DropList | None
    """How it is read where it came from DROP."""
    read: int = 0
    """Rows so far, the heading left out."""
    unread: int = 0
    """Those of them that name nobody."""

    def people(self) -> Iterator[Who]:
        """Whoever is named, in whichever columns.

        Raises:
            BadFileError: it cannot be read further.
        """
        with _in_one_line(self.name):
            for row in self.rows:
                found = self._named(row)
                self.read += 1
                self.unread += not found
                yield from found

    def _named(self, row: Sequence[str]) -> list[Who]:
        if self.drop is not None:
            who = self.drop.who(row)
            return [who] if who else []
        return _people(row)


def _people(row: Sequence[str]) -> list[Who]:
    """Whoever a row names; a heading is nobody."""
    told = (read_who(cell) for cell in row if cell.strip())
    return [who for who in told if who is not None and who.is_lasting]


@contextmanager
def list_file(name: str) -> Iterator[ListFile]:
    """Open one; columns may stand in any order, and others beside them.

    Raises:
        BadFileError: it cannot be read.
        UserError: it is a list of DROP's by which nobody can be found.
    """
    with ExitStack() as open_files:
        with _in_one_line(name):
            file = open_files.enter_context(_opened(name))
            rows: Iterator[Sequence[str]] = csv.reader(file)
            first = next(rows, [])
        drop = DropList.of(Path(name).name, first)
        yield ListFile(name, rows if drop is not None or not _people(first) else chain([first], rows), drop)


@contextmanager
def _in_one_line(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BadFileError(f"{name} is not there: give the path of a CSV file, or - for stdin") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no CSV in UTF-8"
        raise BadFileError(f"{name} cannot be read ({why}): see to its rights and its form") from None


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == STDIN:
        yield sys.stdin
        return
    with Path(name).open(newline="", encoding="utf-8-sig") as file:
        yield file
