"""Many single-record calls at once, each with an outcome of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from alpha_swarm.domain.effect import Done, Outcome, outcome_of
from alpha_swarm.errors import STOPPING, AlphaSwarmError, HaltError

Item = TypeVar("Item")


class Lanes:
    """Threads that live as long as the connector."""

    def __init__(self, most: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(max_workers=most, thread_name_prefix=name)
        self._most = most

    def map(
        self, function: Callable[[Item], Outcome], groups: Sequence[Sequence[Item]], workers: int
    ) -> list[list[Outcome]]:
        """An outcome for each item: groups side by side, the items of a group one after the other.

        Raises:
            HaltError: and no call took effect. Where some did, their outcomes are worth keeping, and the
                next batch will meet the same halt.
        """
        run = _Run(function, groups)
        lanes = min(max(workers, 1), self._most, len(groups))
        # What the caller's thread is bound by binds its helpers, too.
        futures = [self._threads.submit(copy_context().run, run.work) for _ in range(lanes)]
        try:
            wait(futures)
        finally:
            run.cancelled = True
        for future in futures:
            future.result()
        return run.result()

    def close(self) -> None:
        """End the threads once they have come back."""
        self._threads.shutdown(wait=True, cancel_futures=True)


@dataclass(slots=True)
class _Run(Generic[Item]):
    """One batch on its way."""

    function: Callable[[Item], Outcome]
    groups: Sequence[Sequence[Item]]
    outcomes: list[list[Outcome]] = field(init=False)
    stopped_by: AlphaSwarmError | None = field(init=False, default=None)
    cancelled: bool = field(init=False, default=False)
    _pending: Iterator[int] = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.outcomes = [[] for _ in self.groups]
        self._pending = iter(range(len(self.groups)))

    def work(self) -> None:
        """Take group after group until none is left."""
        while (index := self._take()) is not None:
            for item in self.groups[index]:
                self.outcomes[index].append(self._one(item))

    def result(self) -> list[list[Outcome]]:
        """The outcomes, or the halt if nothing else came of it."""
        done = any(isinstance(outcome, Done) for group in self.outcomes for outcome in group)
        if isinstance(self.stopped_by, HaltError) and not done:
            raise self.stopped_by
        return self.outcomes

    def _take(self) -> int | None:
        with self._lock:
            return None if self.cancelled else next(self._pending, None)

    def _one(self, item: Item) -> Outcome:
        stopped_by = self.stopped_by
        if stopped_by is not None:
            return outcome_of(stopped_by)
        try:
            return self.function(item)
        except AlphaSwarmError as error:
            if isinstance(error, STOPPING):
                self.stopped_by = error
            return outcome_of(error)
