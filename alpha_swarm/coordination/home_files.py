"""Files of the home that hold something of people, and are not to lie there for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAY_SECONDS = 86_400.0
#: Rejects of what was piped in or could not be written beside the file, and drafts of them that a kill left.
_PATTERNS = ("*.rejects.csv", ".*.rejects.csv.*")


class HomeFiles:
    """Implements ``ports.expiry.OldFiles``."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def remove(self, days: float) -> int:
        """By the moment of the last writing, as the file system says."""
        before = time.time() - days * _DAY_SECONDS
        removed = 0
        for path in self._files():
            try:
                if path.lstat().st_mtime < before:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
        return removed

    def _files(self) -> Iterator[Path]:
        for pattern in _PATTERNS:
            yield from (path for path in self._home.glob(pattern) if path.is_file() or path.is_symlink())
