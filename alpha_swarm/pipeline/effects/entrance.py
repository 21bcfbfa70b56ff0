"""Where calls of one step wait for their limit, and leads that come meanwhile for company."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Entrance:
    """One step's, of one process; where no limit holds nobody waits, and so nobody is waited for."""

    def __init__(self) -> None:
        self._busy = 0
        self._changed = Condition()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Claim in the block: one claim at a time, and none while a call waits, but ``seconds`` at most."""
        with self._changed:
            self._changed.wait_for(lambda: self._busy == 0, seconds)
            self._busy += 1
        try:
            yield
        finally:
            self._leave(1)

    @contextmanager
    def waiting(self) -> Iterator[Callable[[], None]]:
        """A call that waits until it says that it was let through, or until the end of the block."""
        waits = [True]
        with self._changed:
            self._busy += 1

        def through() -> None:
            if waits:
                self._leave(waits.pop())

        try:
            yield through
        finally:
            through()

    def _leave(self, number: int) -> None:
        with self._changed:
            self._busy -= number
            self._changed.notify_all()
