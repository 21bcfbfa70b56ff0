"""An answer leaves the sandbox in one piece, and nothing of it is kept back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from alpha_swarm.sandbox.connection import InOnePiece

if TYPE_CHECKING:
    from collections.abc import Callable


class Wire(asyncio.Transport):
    """Remembers what was done to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.done: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Some bytes leave."""
        self.done.append(bytes(data))

    def close(self) -> None:
        """The end."""
        self.done.append("closed")

    def abort(self) -> None:
        """The end at once."""
        self.done.append("aborted")


def after(act: Callable[[InOnePiece], None]) -> list[bytes | str]:
    """What the wire saw of it once a turn of the loop has passed."""
    wire = Wire()

    async def play() -> None:
        act(InOnePiece(wire, asyncio.get_running_loop()))
        await asyncio.sleep(0)

    asyncio.run(play())
    return wire.done


def test_a_head_leaves_with_its_body() -> None:
    """Each answer for itself."""

    def two_answers(transport: InOnePiece) -> None:
        for part in (b"head1 ", b"body1", b"head2 ", b"body2"):
            transport.write(part)

    assert after(two_answers) == [b"head1 body1", b"head2 body2"]


def test_what_stays_alone_leaves_with_the_turn_of_the_loop() -> None:
    """As the head of an answer to HEAD, or a word to go on."""
    assert after(lambda transport: transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")) == [
        b"HTTP/1.1 100 Continue\r\n\r\n"
    ]


def test_what_is_held_leaves_before_the_end_but_not_before_a_reset() -> None:
    """A crashed server says nothing more."""

    def end(transport: InOnePiece) -> None:
        transport.write(b"head")
        transport.close()

    def crash(transport: InOnePiece) -> None:
        transport.write(b"head")
        transport.abort()

    assert after(end) == [b"head", "closed"]
    assert after(crash) == ["aborted"]


def test_the_rest_is_the_transport_s_own() -> None:
    """Who is on the other side, for example."""
    seen: list[object] = []
    after(lambda transport: seen.append(transport.get_extra_info("peername")))
    assert seen == [("127.0.0.1", 1)]
