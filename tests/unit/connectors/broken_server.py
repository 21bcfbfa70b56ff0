"""A server on loopback that answers with whatever bytes it is given, and then hangs up."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the answer is given."""

    answer: bytes
    reset: bool
    silent: bool
    pause: float


@contextmanager
def broken_server(
    answer: bytes, *, reset: bool = False, silent: bool = False, pause: float = 0.0
) -> Iterator[str]:
    """The base URL of a server that takes one request.

    ``silent`` keeps the connection without another word, ``pause`` is the time in seconds between two
    bytes of the body.
    """
    manner, over = Manner(answer=answer, reset=reset, silent=silent, pause=pause), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve_one, args=(listener, manner, over))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def _serve_one(listener: socket.socket, manner: Manner, over: threading.Event) -> None:
    connection, _ = listener.accept()
    with connection, suppress(OSError):  # the other side may have had enough
        connection.recv(65536)
        _send(connection, manner, over)
        if manner.silent:
            over.wait()
        if manner.reset:  # closing with a linger of 0 s sends RST
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _send(connection: socket.socket, manner: Manner, over: threading.Event) -> None:
    if not manner.pause:
        connection.sendall(manner.answer)
        return
    head, end, body = manner.answer.partition(b"\r\n\r\n")
    connection.sendall(head + end)
    for byte in body:
        if over.wait(manner.pause):
            return
        connection.sendall(bytes([byte]))
