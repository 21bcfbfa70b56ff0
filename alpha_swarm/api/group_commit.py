"""Many requests, one commit: a durable commit costs milliseconds, and those who wait share the next one."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from alpha_swarm.errors import NotReadyError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

MOST_ITEMS = 500
"""Items a commit."""
MOST_BYTES = 16 << 20
"""Bytes a commit; a single larger item goes alone."""
MOST_WAITING_BYTES = 64 << 20
_BUSY_SECONDS = 1.0


@dataclass(slots=True)
class _Waiting(Generic[Item, Answer]):
    item: Item
    size: int
    answer: Future[Answer] = field(default_factory=Future)


class GroupCommit(Generic[Item, Answer]):
    """One thread writes all that has gathered while it wrote the last group.

    ``commit`` takes the items of a group and gives an answer to each, or raises and has taken none.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Sequence[Answer]], name: str) -> None:
        self._commit = commit
        self._waiting: deque[_Waiting[Item, Answer]] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: Item, size: int) -> Future[Answer]:
        """The answer once the item is durable; ``size`` is in bytes.

        The answer raises RetryLaterError when the commit failed, and so does this when too much waits.
        """
        waiting: _Waiting[Item, Answer] = _Waiting(item, size)
        with self._changed:
            if self._closed or self._bytes + size > MOST_WAITING_BYTES:
                raise RetryLaterError("too much is waiting to be written", _BUSY_SECONDS)
            self._bytes += size
            self._waiting.append(waiting)
            self._changed.notify()
        return waiting.answer

    def close(self) -> None:
        """Write what waits, then end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._gather():
            # Whoever hung up before the commit is left out: nothing was promised to them.
            wanted = [one for one in group if one.answer.set_running_or_notify_cancel()]
            if wanted:
                self._write(wanted)

    def _gather(self) -> list[_Waiting[Item, Answer]]:
        """The next group; an empty one means the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            group: list[_Waiting[Item, Answer]] = []
            size = 0
            while self._waiting and len(group) < MOST_ITEMS:
                size += self._waiting[0].size
                if group and size > MOST_BYTES:
                    break
                group.append(self._waiting.popleft())
            self._bytes -= sum(one.size for one in group)
        return group

    def _write(self, group: Sequence[_Waiting[Item, Answer]]) -> None:
        try:
            answers = self._commit_or_once_more([one.item for one in group])
        except Exception as error:  # noqa: BLE001 - whatever it was, each who waits is told
            verdict = _verdict(error)
            for one in group:
                one.answer.set_exception(verdict)
            return
        for one, answer in zip(group, answers, strict=True):
            one.answer.set_result(answer)

    def _commit_or_once_more(self, items: Sequence[Item]) -> Sequence[Answer]:
        """Two doors that meet in a deadlock need one more try; nothing of the first was taken in."""
        try:
            return self._commit(items)
        except NotReadyError:
            return self._commit(items)


def _verdict(error: Exception) -> RetryLaterError:
    if isinstance(error, RetryLaterError):
        return error
    log.error("commit_failed", error=type(error).__name__, exc_info=error)
    return RetryLaterError("nothing was taken in", _BUSY_SECONDS)
