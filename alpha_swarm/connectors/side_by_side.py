"""Many calls at once on one thread: event loops with connections of their own, driven by whoever waits.

A thread a call would spend more on changing threads than on the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import uvloop
from aiohttp import ClientSession, DummyCookieJar, TCPConnector

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

Result = TypeVar("Result")
Act = Callable[[ClientSession], Coroutine[Any, Any, Result]]

#: What is known by then is handed over, so that a call that hangs keeps back no other.
PORTION_SECONDS = 0.5


class SideBySide:
    """The loops of one connector: as many as there are threads that wait at a time."""

    def __init__(self) -> None:
        self._idle: list[_Loop] = []

    def portions(self, acts: Sequence[Act[Result]], at_once: int) -> Iterator[dict[int, Result]]:
        """Run all acts, ``at_once`` at a time: place → result, in portions as they come."""
        if not acts:
            return
        loop = self._take()
        try:
            with closing(loop.portions(acts, at_once)) as portions:
                yield from portions
        finally:
            self._idle.append(loop)

    def close(self) -> None:
        """Close the connections of those that are idle."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _take(self) -> _Loop:
        try:
            return self._idle.pop()
        except IndexError:
            return _Loop()


class _Loop:
    """An event loop with its connections; one thread at a time may drive it."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._session = self._loop.run_until_complete(_open())

    def portions(self, acts: Sequence[Act[Result]], at_once: int) -> Generator[dict[int, Result]]:
        """As :meth:`SideBySide.portions`."""
        waiting, results = iter(enumerate(acts)), dict[int, Result]()

        async def work() -> None:
            for place, act in waiting:
                results[place] = await act(self._session)

        # Between two batches nobody looks: what the other side has closed meanwhile is noticed now.
        self._loop.run_until_complete(asyncio.sleep(0))
        workers = {self._loop.create_task(work()) for _ in range(min(at_once, len(acts)))}
        try:
            while workers:
                done, workers = self._loop.run_until_complete(asyncio.wait(workers, timeout=PORTION_SECONDS))
                for worker in done:
                    worker.result()
                # What this turn of the loop has written leaves with the next; its place at the gate is now.
                self._loop.run_until_complete(asyncio.sleep(0))
                portion = dict(results)
                results.clear()
                if portion:
                    yield portion
        finally:
            self._give_up(workers)

    def close(self) -> None:
        """For good."""
        self._loop.run_until_complete(self._session.close())
        self._loop.close()

    def _give_up(self, workers: set[asyncio.Task[None]]) -> None:
        for worker in workers:
            worker.cancel()
        if workers:
            self._loop.run_until_complete(asyncio.wait(workers))


async def _open() -> ClientSession:
    # Only within a running loop can a session be made. How many calls go at once is the caller's to say.
    session = ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar())
    # Or it would send a PUT or GET again when a connection breaks, and the gate would not know.
    session._retry_connection = False  # noqa: SLF001 - there is no other switch, and a test tells if it goes
    return session
