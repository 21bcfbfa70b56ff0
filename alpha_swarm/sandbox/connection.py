"""Down to the TCP connection: answers leave in one piece, and there is a way to hang up without one."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from starlette.requests import Request

_TRANSPORT = "sandbox.transport"
_LINGER_NOT = struct.pack("ii", 1, 0)


class InOnePiece:
    """A transport that sends the head of an answer together with its body, as vendors' servers do.

    uvicorn writes the two one after the other, and each write wakes the other side for itself.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """With what was written before it in this turn of the loop; what stays alone leaves at its end."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        elif data:
            self._held = data
            self._loop.call_soon(self._let_go)

    def close(self) -> None:
        """Once all is sent."""
        self._let_go()
        self._transport.close()

    def abort(self) -> None:
        """At once."""
        self._held = b""
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        """As the transport does it."""
        return getattr(self._transport, name)

    def _let_go(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)


class ExposingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which hands each request its transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Writes go through a transport of ours."""
        super().connection_made(InOnePiece(transport, self.loop))  # type: ignore[arg-type]  # the rest is its own

    def on_message_begin(self) -> None:
        """Put the transport where `hang_up` finds it."""
        super().on_message_begin()
        self.scope["extensions"] = {_TRANSPORT: {"transport": self.transport}}


async def hang_up(request: Request) -> None:
    """Close the connection of the request with a TCP reset."""
    transport: asyncio.Transport = request.scope["extensions"][_TRANSPORT]["transport"]
    peer = transport.get_extra_info("socket")
    if peer is not None:
        # Without lingering the kernel sends RST instead of FIN: what a crashed server looks like.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    transport.abort()
    await asyncio.sleep(0)  # lets the server notice, so that it drops the answer
