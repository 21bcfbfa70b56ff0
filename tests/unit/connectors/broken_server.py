"""A server on loopback that answers with whatever bytes it is given, and then hangs up."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def broken_server(answer: bytes, *, reset: bool = False, silent: bool = False) -> Iterator[str]:
    """The base URL of a server that takes one request; ``silent`` keeps the connection without a word."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        arguments = (listener, answer, reset, over if silent else None)
        thread = threading.Thread(target=_serve_one, args=arguments)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def _serve_one(listener: socket.socket, answer: bytes, reset: bool, over: threading.Event | None) -> None:  # noqa: FBT001 - arguments of a thread
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer)
        if over is not None:
            over.wait()
        if reset:  # closing with a linger of 0 s sends RST
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
