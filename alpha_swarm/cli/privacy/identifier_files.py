"""Lists of persons, row by row: those of DROP by their hashes, others by whatever a cell says."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from alpha_swarm.cli.leads.files.delimiters import split_first
from alpha_swarm.domain.doors.deletion_lists import DropList
from alpha_swarm.domain.doors.listed_cells import is_phone_heading, read_cell
from alpha_swarm.domain.policy.names import ours
from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from alpha_swarm.domain.doors.who import Who

STDIN = "-"
_BOM = "\ufeff"
#: So many digits are no part of a column's name.
_NUMBER = re.compile(r"\d{5}")


@dataclass(slots=True)
class ListFile:
    """One list, read once."""

    name: str
    rows: Iterator[Sequence[str]]
    drop: DropList | None
    """How it is read where it came from DROP."""
    phones: Collection[int] = ()
    """The places of columns in which digits are phone numbers."""
    read: int = 0
    """Rows so far, the heading left out."""
    unread: int = 0
    """Those of them that name nobody."""
    unread_cells: int = 0
    """Cells that seem to name somebody, who cannot be read."""
    first_unread: int = 0
    """The row with the first of these."""

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
        found: list[Who] = []
        for place, cell in enumerate(row):
            named, doubtful = read_cell(cell, phones=place in self.phones)
            found += named
            if doubtful:
                self.unread_cells += 1
                self.first_unread = self.first_unread or self.read + 1
        return found

    @property
    def left_out(self) -> dict[str, int]:
        """What of it was read as nobody, as commands tell it."""
        return {
            "unread": self.unread,
            "unread_cells": self.unread_cells,
            "first_unread": self.first_unread,
        }


@contextmanager
def list_file(name: str) -> Iterator[ListFile]:
    """Open one; columns may stand in any order, and others beside them.

    Raises:
        BadFileError: it cannot be read.
        UserError: it is a list of DROP's by which nobody can be found.
    """
    with ExitStack() as open_files:
        with _in_one_line(name):
            lines = iter(open_files.enter_context(_opened(name)))
            line = next((one for one in lines if one.strip()), "").removeprefix(_BOM)
            _, delimiter = split_first(line, _worth)
            rows: Iterator[Sequence[str]] = csv.reader(chain([line], lines), delimiter=delimiter)
            first = next(rows, [])
        drop = DropList.of(Path(name).name, first)
        if drop is not None or _is_heading(first):
            phones = {place for place, cell in enumerate(first) if is_phone_heading(cell)}
            yield ListFile(name, rows, drop, phones)
        else:
            yield ListFile(name, chain([first], rows), drop)


def _worth(cells: Sequence[str]) -> tuple[int, int]:
    """How many cells say something, be it as headings; and how many there are."""
    says = sum(bool(read_cell(cell)[0] or ours(cell) or is_phone_heading(cell)) for cell in cells)
    return says, len(cells)


def _is_heading(row: Sequence[str]) -> bool:
    """A heading names nobody, and holds no numbers."""
    told = [read_cell(cell) for cell in row]
    return not any(named or doubtful for named, doubtful in told) and not any(map(_NUMBER.search, row))


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
