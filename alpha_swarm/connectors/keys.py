"""API keys that are replaced one after the other."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Keys(Protocol):
    """Where a key comes from; either may raise a verdict of :mod:`alpha_swarm.errors`."""

    @property
    def current(self) -> str:
        """The key to send."""
        ...

    def next_after(self, refused: str) -> str | None:
        """The key to try once in place of ``refused``; ``None`` where there is no other."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


class KeyRing:
    """The key in use, and the one that comes next when it is refused."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(map(can_be_sent, keys)):
            raise ValueError("a key is needed, of plain characters without blanks")
        self._keys = tuple(keys)
        self._position = 0
        self._lock = threading.Lock()

    @property
    def current(self) -> str:
        """The key to send."""
        return self._keys[self._position]

    def next_after(self, refused: str) -> str | None:
        """The key to try once in place of ``refused``; ``None`` where there is no other."""
        with self._lock:
            if self.current == refused:
                self._position = (self._position + 1) % len(self._keys)
            return self.current if self.current != refused else None

    def close(self) -> None:
        """There is nothing to give back."""


def can_be_sent(key: str) -> bool:
    """Whether it fits into a header."""
    return key.isascii() and key.isprintable() and bool(key) and " " not in key
