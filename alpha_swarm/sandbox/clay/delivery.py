"""Deliveries to a client's URL: bounded in number, repeated with growing waits until one is accepted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from alpha_swarm.sandbox.clay.post import Poster

_FIRST_WAIT_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 8.0


@dataclass(slots=True)
class Delivery:
    """One body on its way to one URL; `report` hears `sent` at each try, then `delivered` or `failed`."""

    report: Callable[[str], None]
    url: str
    headers: dict[str, str]
    body: bytes
    repeated: bool = True
    epoch: int = 0
    first_tried: float = 0.0
    attempts: int = 0


def _whatever_comes(_status: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long a delivery is repeated, how long an answer may take, and after which answers to repeat."""

    seconds: float
    timeout_seconds: float = 10.0
    repeats: Callable[[int], bool] = _whatever_comes


class Deliverer:
    """A queue with as many tasks as deliveries may be under way at once; waits take up no task."""

    def __init__(self, concurrency: int, patience: Patience) -> None:
        self.patience = patience
        self._concurrency = concurrency
        self._poster = Poster()
        self._epoch = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()

    async def start(self) -> None:
        """Begin to deliver, on the running loop."""
        self._queue = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._concurrency)]

    async def stop(self) -> None:
        """Drop what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._poster.close()

    def send(self, delivery: Delivery, delay: float) -> None:
        """Deliver after `delay` seconds."""
        delivery.epoch = self._epoch
        self._later(delivery, delay)

    def reset(self) -> None:
        """Forget what is not yet delivered."""
        self._epoch += 1

    def _later(self, delivery: Delivery, delay: float) -> None:
        asyncio.get_running_loop().call_later(delay, self._queue.put_nowait, delivery)

    async def _work(self) -> None:
        while True:
            delivery = await self._queue.get()
            if delivery.epoch == self._epoch:
                await self._try(delivery)

    async def _try(self, delivery: Delivery) -> None:
        delivery.first_tried = delivery.first_tried or time.monotonic()
        delivery.attempts += 1
        delivery.report("sent")
        status = await self._status(delivery)
        if delivery.epoch != self._epoch:
            return
        if status is not None and 200 <= status < 300:  # noqa: PLR2004 - the class of answers that accept
            delivery.report("delivered")
        else:
            self._again(delivery, status)

    def _again(self, delivery: Delivery, status: int | None) -> None:
        """Repeat after a while, unless the answer or the time forbids it."""
        wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (delivery.attempts - 1))
        worth = delivery.repeated and (status is None or self.patience.repeats(status))
        if worth and time.monotonic() + wait - delivery.first_tried <= self.patience.seconds:
            self._later(delivery, wait)
        else:
            delivery.report("failed")

    async def _status(self, delivery: Delivery) -> int | None:
        """The status of the answer, or None when there was none in time."""
        timeout = self.patience.timeout_seconds
        try:
            return await self._poster.post(delivery.url, delivery.headers, delivery.body, timeout)
        except OSError:
            return None
