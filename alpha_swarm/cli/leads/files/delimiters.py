"""What stands between the cells of a CSV file: a comma, a semicolon or a tab."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DELIMITERS = (",", ";", "\t")


def split_first(line: str, worth: Callable[[Sequence[str]], Any]) -> tuple[list[str], str]:
    """The cells of a file's first line, and the delimiter between them: that by which they are worth most."""
    parsed = {one: _split(line, one) for one in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda one: worth(parsed[one]))
    return parsed[delimiter], delimiter


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
