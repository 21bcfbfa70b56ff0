"""An HTTP POST on asyncio, with connections that are kept open and used again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import httptools

_CHUNK = 65536


class Origin(NamedTuple):
    """Where a connection leads."""

    host: str
    port: int
    tls: bool


class _Connection(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class _Answer:
    """Takes the parser's callbacks; only the end of the message matters."""

    complete = False

    def on_message_complete(self) -> None:
        self.complete = True


@lru_cache(maxsize=64)
def _split(url: str) -> tuple[Origin, str]:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Origin(parts.hostname or "", parts.port or (443 if tls else 80), tls), target


class Poster:
    """Sends POSTs; an idle connection is used again, a dead one is replaced once."""

    def __init__(self) -> None:
        self._idle: defaultdict[Origin, list[_Connection]] = defaultdict(list)

    async def post(self, url: str, headers: dict[str, str], body: bytes, timeout_seconds: float) -> int:
        """The status of the answer; raises OSError (a timeout is one) when there is none."""
        origin, target = _split(url)
        head = {"Host": f"{origin.host}:{origin.port}", "Content-Length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        request = f"POST {target} HTTP/1.1\r\n{lines}\r\n".encode() + body
        async with asyncio.timeout(timeout_seconds):
            if self._idle[origin]:
                try:
                    return await self._exchange(self._idle[origin].pop(), origin, request)
                except OSError:  # closed by the other side while it was idle
                    pass
            reader, writer = await asyncio.open_connection(origin.host, origin.port, ssl=origin.tls or None)
            return await self._exchange(_Connection(reader, writer), origin, request)

    async def _exchange(self, connection: _Connection, origin: Origin, request: bytes) -> int:
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        reusable = False
        try:
            connection.writer.write(request)
            await connection.writer.drain()
            while not answer.complete:
                data = await connection.reader.read(_CHUNK)
                if not data:
                    raise ConnectionResetError("the connection ended before the answer did")
                parser.feed_data(data)
            reusable = parser.should_keep_alive()
        except httptools.HttpParserError as error:
            raise ConnectionAbortedError("the answer was not HTTP") from error
        finally:
            if reusable:
                self._idle[origin].append(connection)
            else:
                connection.writer.close()
        return parser.get_status_code()

    def close(self) -> None:
        """Close the idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.writer.close()
        self._idle.clear()
