"""Who is not to come back, remembered where a restored ledger cannot take it back."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from alpha_swarm.ports.rights import Suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FIELDS = 4
_DIGITS = 16


class HomeList:
    """Implements ``ports.rights.OutsideList``: a file in the home, a line each."""

    def __init__(self, home: Path) -> None:
        self._path = home / "suppressions"

    @property
    def name(self) -> str:
        """By machine and home, however long their names are."""
        where = f"{socket.gethostname()}:{self._path.parent.resolve()}"
        return hashlib.sha256(where.encode()).hexdigest()[:_DIGITS]

    @property
    def version(self) -> str:
        """By the file's own marks."""
        try:
            marks = self._path.stat()
        except FileNotFoundError:
            return "none"
        return f"{marks.st_ino} {marks.st_size} {marks.st_mtime_ns}"

    @property
    def there(self) -> bool:
        """By the file."""
        return self._path.exists()

    def add(self, lines: Iterable[Suppressed]) -> None:
        """Appended in one write, and on the disk when it returns; a line that comes twice counts once."""
        text = "".join(f"{line.hash}\t{line.kind}\t{line.why}\t{line.since!r}\n" for line in lines)
        if not text:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, b"\n" + text.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self) -> Iterator[Suppressed]:
        """A line that was cut off by a crash was not said to be there."""
        with suppress(FileNotFoundError), self._path.open(encoding="utf-8") as file:
            for line in file:
                one = line.rstrip("\n").split("\t")
                if len(one) == _FIELDS and one[3]:
                    yield Suppressed(hash=one[0], kind=one[1], why=one[2], since=float(one[3]))
