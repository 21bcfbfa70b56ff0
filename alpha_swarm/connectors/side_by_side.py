"""Many calls at once on one thread: event loops with connections of their own, driven by whoever waits.

A thread a call would spend more on changing threads than on the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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
        batch = _Batch(acts, self._session)
        turn = batch.first_turn(min(at_once, len(acts)))
        try:
            while True:
                # To start the loop and to stop it costs as much as a call, so it is done once a portion.
                portion = self._loop.run_until_complete(turn)
                if portion:
                    yield portion
                if not batch.is_under_way:
                    return
                turn = batch.next_turn()
        finally:
            if batch.is_under_way:
                self._loop.run_until_complete(batch.give_up())

    def close(self) -> None:
        """For good."""
        self._loop.run_until_complete(self._session.close())
        self._loop.close()


class _Batch(Generic[Result]):
    """Acts that wait, those under way, and what came of others."""

    def __init__(self, acts: Sequence[Act[Result]], session: ClientSession) -> None:
        self._session = session
        self._waiting = iter(enumerate(acts))
        self._workers: set[asyncio.Task[None]] = set()
        self._results: dict[int, Result] = {}

    @property
    def is_under_way(self) -> bool:
        """Whether anything is left to wait for."""
        return bool(self._workers)

    async def first_turn(self, at_once: int) -> dict[int, Result]:
        """The beginning, and a turn."""
        # Between two batches nobody looks: what the other side has closed meanwhile is noticed now.
        await asyncio.sleep(0)
        self._workers = {asyncio.create_task(self._work()) for _ in range(at_once)}
        return await self.next_turn()

    async def next_turn(self) -> dict[int, Result]:
        """What has come within the time of a portion."""
        done, self._workers = await asyncio.wait(self._workers, timeout=PORTION_SECONDS)
        for worker in done:
            worker.result()
        # What this turn of the loop has written leaves with the next; its place at the gate is now.
        await asyncio.sleep(0)
        portion, self._results = self._results, {}
        return portion

    async def give_up(self) -> None:
        """End those under way."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.wait(self._workers)

    async def _work(self) -> None:
        for place, act in self._waiting:
            self._results[place] = await act(self._session)


async def _open() -> ClientSession:
    # Only within a running loop can a session be made. How many calls go at once is the caller's to say.
    session = ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar())
    # Or it would send a PUT or GET again when a connection breaks, and the gate would not know.
    session._retry_connection = False  # noqa: SLF001 - there is no other switch, and a test tells if it goes
    return session
