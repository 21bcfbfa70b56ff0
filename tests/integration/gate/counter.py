"""The other side of many processes, as a process: ``python -m …counter SOCKET LOG``.

Each byte is a call and is answered; ``?`` asks for the number of calls. When the process is told to end it
writes when each call arrived, by the clock that nobody can set.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import cast

CALL, COUNT = b"x", b"?"


class Counter(asyncio.Protocol):
    """One connection."""

    def __init__(self, arrivals: list[float]) -> None:
        self._arrivals = arrivals
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """A call, or the question how many there were."""
        assert self._transport is not None
        if data == COUNT:
            self._transport.write(len(self._arrivals).to_bytes(8))
        else:
            self._arrivals.append(time.monotonic())
            self._transport.write(CALL)


async def serve(socket: str, log: Path) -> None:
    """Until SIGTERM."""
    arrivals: list[float] = []
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await loop.create_unix_server(lambda: Counter(arrivals), socket)
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    await ended.wait()
    server.close()
    log.write_text("\n".join(map(str, arrivals)))  # noqa: ASYNC240 - nothing else is done any more


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
