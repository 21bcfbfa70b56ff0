"""A door for webhooks that only collects them, so that a trial hands them on when it likes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Letterbox(ThreadingHTTPServer):
    """Answers 202 and keeps the bodies."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.daemon_threads = True
        self._bodies: list[bytes] = []
        self._lock = threading.Lock()
        self.received = 0

    @property
    def address(self) -> str:
        """Where it stands."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, body: bytes) -> None:
        """One more."""
        with self._lock:
            self._bodies.append(body)
            self.received += 1

    def empty(self) -> list[bytes]:
        """What has come since it was last emptied."""
        with self._lock:
            bodies, self._bodies = self._bodies, []
        return bodies


class _Door(BaseHTTPRequestHandler):
    server: Letterbox

    def do_POST(self) -> None:
        """Keep it."""
        self.server.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """No word."""


@contextmanager
def letterbox() -> Iterator[Letterbox]:
    """Open while the block runs."""
    with Letterbox() as box:
        thread = threading.Thread(target=box.serve_forever, kwargs={"poll_interval": 0.05}, name="letterbox")
        thread.start()
        try:
            yield box
        finally:
            box.shutdown()
            thread.join()
