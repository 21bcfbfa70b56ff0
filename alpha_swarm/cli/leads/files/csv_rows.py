"""CSV: RFC 4180 with a comma, a semicolon or a tab between the cells, whichever the header shows."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

from alpha_swarm.cli.leads.files.delimiters import split_first
from alpha_swarm.cli.leads.files.lines import LONGEST
from alpha_swarm.cli.leads.files.rows import KNOWN_COLUMNS, Row
from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.cli.leads.files.lines import Lines

_OPEN_QUOTE = "unexpected end of data"


class CsvRows:
    """Reads a CSV file; ``given`` are columns that need not be there."""

    def __init__(self, given: frozenset[str] = frozenset()) -> None:
        self._given = given
        self._columns: list[str] = []
        self._delimiter = ","

    @property
    def columns(self) -> Sequence[str]:
        """The header as it stands in the file."""
        return self._columns

    def read(self, lines: Lines) -> Iterator[Row]:
        """Each row under the header; blank lines are no rows."""
        csv.field_size_limit(LONGEST)
        feed = iter(lines)
        header = self._header(next(feed, ""))
        names = [name.strip().lower() for name in header]
        self._columns = header
        reader = csv.reader(feed, delimiter=self._delimiter, strict=True)
        number = 0
        while True:
            lines.begin_row()
            line = lines.number + 1
            cells, trouble = _next(reader, line)
            if cells is None:
                return
            if cells or trouble:
                number += 1
                yield _row(number, line, names, cells, trouble)

    def _header(self, line: str) -> list[str]:
        if not line.strip():
            raise BadFileError("the first line must hold the names of the columns; it is blank")
        header, self._delimiter = split_first(line, _recognised)
        self._check(header)
        return header

    def _check(self, header: Sequence[str]) -> None:
        names = Counter(name.strip().lower() for name in header)
        twice = [name for name, count in names.items() if name and count > 1]
        if twice:
            raise BadFileError(f"the header names {twice[0]!r} twice: keep one of the columns")
        missing = sorted({"source_type", "source_name", "scraped_at"} - self._given - names.keys())
        if not names.keys() & {"linkedin_url", "email"}:
            missing.insert(0, "linkedin_url (or email)")
        if missing:
            raise BadFileError(f"the header lacks {', '.join(missing)}: the first line must name the columns")


def _recognised(names: Sequence[str]) -> int:
    return len(KNOWN_COLUMNS.intersection(name.strip().lower() for name in names))


def _next(reader: Iterator[list[str]], line: int) -> tuple[list[str] | None, str | None]:
    """The cells of the next row, ``None`` at the end, and what is wrong with how they are written."""
    try:
        return next(reader, None), None
    except csv.Error as error:
        if _OPEN_QUOTE in str(error):
            raise BadFileError(f"a quote that opens in the row of line {line} is never closed") from None
        return [], "has text after a closing quote: double the quotes inside a cell"


def _row(number: int, line: int, names: Sequence[str], cells: Sequence[str], trouble: str | None) -> Row:
    if trouble is None and len(cells) != len(names):
        trouble = f"has {len(cells)} cells where the header has {len(names)}"
    fields = dict(zip(names, cells, strict=False))
    return Row(number=number, line=line, fields=fields, cells=cells, trouble=trouble)
