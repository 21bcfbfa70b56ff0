"""A server on loopback that answers as it is told, whatever library asks, and remembers what it was asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: For what nobody told it; no connector takes it for anything but a refusal.
_UNTOLD = 418


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request; the names of the headers are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Told:
    """One answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def told(body: Any, status: int = 200) -> Told:
    """An answer in JSON."""
    return Told(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


class HungUpError(ConnectionError):
    """The other side of a connection that breaks."""


def hang_up(_asked: Asked) -> Told:
    """No answer: the connection breaks."""
    raise HungUpError


class ScriptedServer:
    """Its address, what it says, and what it heard."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._answers: defaultdict[tuple[str, str], list[Told | Callable[[Asked], Told]]] = defaultdict(list)
        self._lock = Lock()
        self._at_once = 0
        self._connections: set[socket] = set()

    def close_connections(self) -> None:
        """All that are open, without a word, as a server may close what is idle."""
        with self._lock:
            for connection in self._connections:
                # Whoever asked may have closed it first.
                with suppress(OSError):
                    connection.shutdown(SHUT_RDWR)

    def opened(self, connection: socket) -> None:
        """One connection more."""
        with self._lock:
            self._connections.add(connection)

    def closed(self, connection: socket) -> None:
        """One less."""
        with self._lock:
            self._connections.discard(connection)

    def answers(self, method: str, path: str, *answers: Told | Callable[[Asked], Told]) -> None:
        """From now on so, one after the other, and the last one for ever."""
        self._answers[method, path] = list(answers)

    def asked_for(self, method: str, path: str) -> list[Asked]:
        """The requests of one kind."""
        return [one for one in self.asked if (one.method, one.path) == (method, path)]

    def answer(self, asked: Asked) -> Told:
        """As it was told."""
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            script = self._answers[asked.method, asked.path]
            answer = script.pop(0) if len(script) > 1 else next(iter(script), told({}, _UNTOLD))
        try:
            return answer(asked) if callable(answer) else answer
        finally:
            with self._lock:
                self._at_once -= 1


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """For as long as the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.script = ScriptedServer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.script
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    script: ScriptedServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        """One connection more."""
        super().setup()
        self.server.script.opened(self.connection)

    def finish(self) -> None:
        """And one less."""
        self.server.script.closed(self.connection)
        super().finish()

    def handle_one_request(self) -> None:
        """Whatever the method; a caller that has had enough is no news."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        answer = self.server.script.answer(asked)
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - as the library calls them

    def log_message(self, *_arguments: object) -> None:
        """Nothing: what was asked is remembered."""
