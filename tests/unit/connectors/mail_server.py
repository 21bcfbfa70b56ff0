"""A mail server on loopback that answers as it is told, and keeps what it is given."""

from __future__ import annotations

import socketserver
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class MailServer(socketserver.ThreadingTCPServer):
    """``answers`` replaces what is said to a word, such as ``RCPT``."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[str] = []
        self.signed_in = 0
        self.answers: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Its address, for somebody with a user and a password."""
        return f"smtp://ops%40example.com:secret@127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA" and word not in self.server.answers:
                self._take()
            else:
                self.server.signed_in += word == "AUTH"
                self._say(self.server.answers.get(word, _USUAL.get(word, "250 ok")))
            if word == "QUIT":
                return

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode()).strip() != ".":
            lines.append(line)
        self.server.mails.append("".join(lines))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


_USUAL = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 welcome", "QUIT": "221 bye"}


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """For as long as the block runs."""
    with MailServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
