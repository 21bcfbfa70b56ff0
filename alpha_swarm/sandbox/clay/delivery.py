"""Webhook deliveries: bounded in number, repeated with growing waits until an answer is 2xx or time is up."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.sandbox.clay.post import Poster

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log

_TIMEOUT_SECONDS = 10.0
_FIRST_WAIT_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 8.0


@dataclass(slots=True)
class Delivery:
    """One body on its way to one URL."""

    row_id: str
    url: str
    headers: dict[str, str]
    body: bytes
    epoch: int = 0
    first_tried: float = 0.0
    attempts: int = 0


class Deliverer:
    """A queue with as many tasks as deliveries may be under way at once; waits take up no task."""

    def __init__(self, log: Log, concurrency: int, retry_seconds: float) -> None:
        self._log = log
        self._concurrency = concurrency
        self._retry_seconds = retry_seconds
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
        self._log.record("clay", "webhook_sent", delivery.row_id)
        if await self._accepted(delivery):
            self._log.record("clay", "webhook_delivered", delivery.row_id)
            return
        wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (delivery.attempts - 1))
        if time.monotonic() + wait - delivery.first_tried > self._retry_seconds:
            self._log.record("clay", "webhook_failed", delivery.row_id)
        else:
            self._later(delivery, wait)

    async def _accepted(self, delivery: Delivery) -> bool:
        try:
            status = await self._poster.post(delivery.url, delivery.headers, delivery.body, _TIMEOUT_SECONDS)
        except OSError:
            return False
        return 200 <= status < 300  # noqa: PLR2004 - the class of answers that accept
