"""Reaching through to the TCP connection: ASGI has no way to hang up without an answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from starlette.requests import Request

_TRANSPORT = "sandbox.transport"
_LINGER_NOT = struct.pack("ii", 1, 0)


class ExposingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which hands each request its transport."""

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
