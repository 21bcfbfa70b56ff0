"""NDJSON: one JSON object a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.leads.files.rows import Row
from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.cli.leads.files.lines import Lines

#: Keys beyond these are left out of the rejects, so that memory stays flat.
_MOST_COLUMNS = 200


class NdjsonRows:
    """Reads an NDJSON file."""

    def __init__(self) -> None:
        self._columns: dict[str, None] = {}

    @property
    def columns(self) -> Sequence[str]:
        """Every key that occurs, in the order of its first appearance."""
        return list(self._columns)

    def read(self, lines: Lines) -> Iterator[Row]:
        """Each object; blank lines are no rows."""
        number = 0
        for line in self._each(lines):
            if not line.strip():
                continue
            number += 1
            fields = _parse(line, lines.number)
            self._note(fields)
            cells = [_cell(fields.get(name)) for name in self._columns]
            yield Row(number=number, line=lines.number, fields=fields, cells=cells)

    @staticmethod
    def _each(lines: Lines) -> Iterator[str]:
        for line in lines:
            yield line
            lines.begin_row()

    def _note(self, fields: dict[str, Any]) -> None:
        for name in fields:
            if len(self._columns) < _MOST_COLUMNS:
                self._columns.setdefault(name)


def _parse(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BadFileError(f"line {number} is no JSON: NDJSON has one object a line") from None
    if not isinstance(value, dict):
        raise BadFileError(f"line {number} is JSON, but no object: NDJSON has one object a line")
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
