"""Reads a table that was exported as CSV, row by row."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alpha_swarm.cli.leads.files.delimiters import split_first
from alpha_swarm.cli.leads.files.lines import LONGEST, Lines
from alpha_swarm.connectors.clay import flat_fields
from alpha_swarm.connectors.clay.flat import decode_row
from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from alpha_swarm.domain.leads.enrichment import RowResult

_OURS = frozenset(map(flat_fields.plain, (*flat_fields.REQUEST, *flat_fields.LEAD)))
_OPEN_QUOTE = "unexpected end of data"


@contextmanager
def opened_results(path: Path) -> Iterator[Iterator[RowResult | None]]:
    """The rows under the header; ``None`` for one that says not whose it is, or is broken.

    Raises:
        BadFileError: it cannot be read, or no column of it holds our ids.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadFileError(f"{path} cannot be read: {error.strerror}") from None
    with file:
        lines = Lines(file)
        try:
            yield _rows(lines)
        finally:
            lines.release()


def _rows(lines: Lines) -> Iterator[RowResult | None]:
    csv.field_size_limit(LONGEST)
    feed = iter(lines)
    header, delimiter = _header(next(feed, ""))
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if _OPEN_QUOTE in str(error):
                raise BadFileError(f"a quote that opens before line {lines.number} is never closed") from None
            yield None
            continue
        if cells is None:
            return
        if cells:
            yield _result(header, cells)


def _result(header: Sequence[str], cells: Sequence[str]) -> RowResult | None:
    row = decode_row(dict(zip(header, cells, strict=False))) if len(cells) == len(header) else None
    return row.result if row else None


def _header(line: str) -> tuple[list[str], str]:
    header, delimiter = split_first(line, len)
    if not _OURS.intersection(map(flat_fields.plain, header)):
        raise BadFileError(
            "the first line names neither request_id nor lead_key: export the table with its source's columns"
        )
    return header, delimiter
