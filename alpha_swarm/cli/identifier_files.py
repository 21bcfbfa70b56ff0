"""Lists of persons who are not to be taken in: any column may hold what they are known by."""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"


def identifiers(name: str) -> list[str]:
    """Every cell that holds anything; a heading is nobody.

    Raises:
        BadFileError: it cannot be read.
    """
    try:
        with _opened(name) as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFileError(f"{name} cannot be read as CSV in UTF-8 ({type(error).__name__})") from None
    return [cell.strip() for row in rows for cell in row if cell.strip()]


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == STDIN:
        yield sys.stdin
        return
    with Path(name).open(newline="", encoding="utf-8-sig") as file:
        yield file
