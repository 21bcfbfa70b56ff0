"""The request line and the headers, bounded in length and time: uvicorn bounds neither."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

#: More than any sender of ours uses, and what proxies allow by themselves.
MOST_BYTES = 64 << 10
SECONDS = 10.0


class BoundedHeadings(HttpToolsProtocol):
    """Ends a connection whose heading is too long or does not come; a body has bounds of its own."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._in_heading = True
        self._read = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Who connects has something to say."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a heading that has not ended."""
        if self._in_heading:
            self._read += len(data)
            self._wait()
        super().data_received(data)
        if self._in_heading and self._read > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """From here on it is a request."""
        self._in_heading = False
        self._settle()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is another heading; until it begins, uvicorn looks after an idle connection."""
        self._in_heading, self._read = True, 0
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is waited for."""
        self._settle()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _settle(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _refuse(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        # Where the answer to an earlier request is under way, a line of ours would be read as part of it.
        if getattr(self.cycle, "response_complete", True):
            line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            self.transport.write(f"{line}connection: close\r\ncontent-length: 0\r\n\r\n".encode())
        self.transport.close()
