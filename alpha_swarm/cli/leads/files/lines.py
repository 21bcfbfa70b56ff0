"""The physical lines of a text file, each in bounded memory."""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING

from alpha_swarm.errors import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Characters of a line, and of a row that spans several lines.
LONGEST = 1 << 20

#: What ``surrogateescape`` makes of bytes that are no UTF-8.
_UNDECODED = re.compile("[\udc80-\udcff]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Lines:
    """Iterates over the lines with their line ends, whichever of the three kinds those are.

    ``number`` is that of the last line given, from 1. ``begin_row`` says that what follows is a new row.

    Raises:
        BadFileError: the file is no UTF-8 text, or a line or row is longer than 1 MiB.
    """

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        if file.read(2) in _UTF_16:
            raise BadFileError("the file is UTF-16: save it as UTF-8")
        file.seek(0)
        self.number = 0
        self._row_started = 1
        self._row_size = 0
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(LONGEST + 1):
            self.number += 1
            self._check(line)
            yield line

    def begin_row(self) -> None:
        """The next line starts a row."""
        self._row_started = self.number + 1
        self._row_size = 0

    def release(self) -> None:
        """Leave the file open for another reading."""
        self._text.detach()

    def _check(self, line: str) -> None:
        if len(line) > LONGEST:
            raise BadFileError(f"line {self.number} is longer than 1 MiB: this is no list of leads")
        if "\0" in line:
            raise BadFileError(f"line {self.number} holds NUL bytes: the file is no text file")
        if not line.isascii() and _UNDECODED.search(line):
            raise BadFileError(f"line {self.number} is not UTF-8: save the file as UTF-8")
        self._row_size += len(line)
        if self._row_size > LONGEST:
            raise BadFileError(
                f"the row that starts in line {self._row_started} is longer than 1 MiB: is a quote left open?"
            )
