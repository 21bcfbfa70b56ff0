"""The points of a process's life at which it may die, numbered as it passes them."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Points:
    """Counts the points that any thread passes; at the fatal one the process is gone."""

    def __init__(
        self, fatal: int | None, last_words: Callable[[str], object], blow: signal.Signals = signal.SIGKILL
    ) -> None:
        """``fatal`` counts from 1; without it every point is survived, and its name kept.

        ``blow``: after a SIGSTOP the process may go on from there.
        """
        self.names: list[str] = []
        self._fatal = fatal
        self._last_words = last_words
        self._blow = blow
        self._passed = 0
        self._off = False
        self._lock = Lock()

    def passed(self, name: Callable[[], str]) -> None:
        """One more, unless what happens now is not the program's."""
        if self._off:
            return
        with self._lock:
            self._passed += 1
            if self._fatal is None:
                self.names.append(name())
            elif self._passed == self._fatal:
                self._last_words(name())
                os.kill(os.getpid(), self._blow)

    @contextmanager
    def off(self) -> Iterator[None]:
        """What the proof does itself, such as letting time pass, is no point."""
        self._off = True
        try:
            yield
        finally:
            self._off = False


class Some(Points):
    """Those points alone whose names begin so: however many others there are, each keeps its number."""

    def __init__(
        self,
        beginnings: tuple[str, ...],
        fatal: int | None,
        last_words: Callable[[str], object],
        blow: signal.Signals = signal.SIGKILL,
    ) -> None:
        super().__init__(fatal, last_words, blow)
        self._beginnings = beginnings

    def passed(self, name: Callable[[], str]) -> None:
        """One more, if it is one of those."""
        if name().startswith(self._beginnings):
            super().passed(name)
