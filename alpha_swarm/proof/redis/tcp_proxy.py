"""A TCP proxy that stands before Redis and does to its connections what networks do."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

Answer = TypeVar("Answer")

_CHUNK = 1 << 16
_MOST_CONNECTIONS = 256
_ORDER_SECONDS = 10.0
#: No lingering: the other side gets a reset in place of an end.
_RESET = struct.pack("ii", 1, 0)


class TcpProxy:
    """Passes bytes on between clients and a server's unix socket, in one thread.

    ``hits`` counts what a fault did: connections ``cut``, replies ``lost``, and chunks ``held`` back.
    """

    def __init__(self, server: Path, chance: random.Random) -> None:
        self._server = server
        self._chance = chance
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._clients: set[asyncio.StreamWriter] = set()
        self._share = 0.0
        self.hits: Counter[str] = Counter()
        self.port = 0

    @property
    def flows(self) -> bool:
        """Whether bytes are passed on."""
        return self._flows.is_set()

    def cut(self) -> int:
        """Reset all connections; how many there were."""
        return self._order(self._cut)

    def hang(self) -> None:
        """Take connections and bytes, and pass nothing on."""
        self._order(self._flows.clear)

    def flow(self) -> None:
        """Pass everything on again, also what was held back."""
        self._order(self._flows.set)

    def lose_replies(self, share: float) -> None:
        """Deliver requests, and of this share of them drop the reply and reset the connection."""
        self._order(lambda: setattr(self, "_share", share))

    def serve(self, ready: threading.Event) -> None:
        """Run in this thread until :meth:`stop`."""
        asyncio.set_event_loop(self._loop)
        listening = self._loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.port = listening.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        listening.close()
        self._cut()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def stop(self) -> None:
        """End :meth:`serve`."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _order(self, act: Callable[[], Answer]) -> Answer:
        async def acted() -> Answer:
            return act()

        return asyncio.run_coroutine_threadsafe(acted(), self._loop).result(_ORDER_SECONDS)

    def _cut(self) -> int:
        number = len(self._clients)
        for client in list(self._clients):
            reset(client)
        self.hits["cut"] += number
        return number

    async def _take(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if len(self._clients) >= _MOST_CONNECTIONS:
            reset(client)
            return
        self._clients.add(client)
        server: asyncio.StreamWriter | None = None
        # Whatever ends a connection ends it for both sides; also the end of the loop.
        with suppress(OSError, asyncio.CancelledError):
            answers, server = await asyncio.open_unix_connection(str(self._server))
            asked = asyncio.Event()
            there = asyncio.ensure_future(self._requests(reader, server, asked))
            await self._replies(answers, client, asked)
            there.cancel()
        self._clients.discard(client)
        for side in filter(None, (client, server)):
            reset(side)

    async def _requests(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                await self._passed()
                asked.set()
                server.write(chunk)
                await server.drain()
        server.close()

    async def _replies(
        self, answers: asyncio.StreamReader, client: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while chunk := await answers.read(_CHUNK):
            await self._passed()
            if asked.is_set() and self._chance.random() < self._share:
                self.hits["lost"] += 1
                return
            asked.clear()
            client.write(chunk)
            await client.drain()

    async def _passed(self) -> None:
        self.hits["held"] += not self._flows.is_set()
        await self._flows.wait()


def reset(side: asyncio.StreamWriter) -> None:
    """End a connection with a reset."""
    raw = side.get_extra_info("socket")
    with suppress(OSError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    side.transport.abort()


@contextmanager
def proxied(server: Path, chance: random.Random) -> Iterator[TcpProxy]:
    """A proxy on a port of its own while the block runs."""
    proxy, ready = TcpProxy(server, chance), threading.Event()
    thread = threading.Thread(target=proxy.serve, args=(ready,), name="proxy", daemon=True)
    thread.start()
    ready.wait(_ORDER_SECONDS)
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()
