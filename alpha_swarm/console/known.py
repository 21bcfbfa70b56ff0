"""An answer that is at hand: asked for anew beside whoever wants it, who never waits for long."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

    from alpha_swarm.clock import Clock

Answer = TypeVar("Answer")

#: A page waits so long for a new answer, and then shows what it has.
PATIENCE = 0.1


@dataclass(frozen=True, slots=True)
class Told(Generic[Answer]):
    """An answer and how old it is, in seconds."""

    answer: Answer
    age: float


class Known(Generic[Answer]):
    """The last answer to one question; at most one asks at a time."""

    def __init__(
        self, ask: Callable[[], Answer], clock: Clock, pool: ThreadPoolExecutor, *, fresh_seconds: float
    ) -> None:
        """``fresh_seconds``: for so long nobody asks again."""
        self._ask = ask
        self._clock = clock
        self._pool = pool
        self._fresh = fresh_seconds
        self._lock = threading.Lock()
        self._last: tuple[Answer, float] | None = None
        self._asking: Future[None] | None = None

    def begin(self) -> None:
        """Ask, where that is needed, and wait for nothing."""
        told = self._told()
        if told is None or told.age >= self._fresh:
            self._asked_again()

    def __call__(self, patience: float = PATIENCE) -> Told[Answer] | None:
        """The newest answer that a moment's wait gives; ``None`` while there has never been one.

        Raises what asking raises, where there is no older answer to show.
        """
        told = self._told()
        if told is not None and told.age < self._fresh:
            return told
        try:
            self._asked_again().result(patience)
        except TimeoutError:
            return told
        except Exception:
            if told is None:
                raise
        return self._told()

    def _told(self) -> Told[Answer] | None:
        last = self._last
        return None if last is None else Told(last[0], self._clock.monotonic() - last[1])

    def _asked_again(self) -> Future[None]:
        with self._lock:
            if self._asking is None or self._asking.done():
                self._asking = self._pool.submit(self._renew)
            return self._asking

    def _renew(self) -> None:
        began = self._clock.monotonic()
        self._last = (self._ask(), began)
