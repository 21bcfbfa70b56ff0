"""From the gate past the fence to the other side and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors import wire
from alpha_swarm.connectors.calls import Reply
from alpha_swarm.fence import pass_fence
from alpha_swarm.ports.edge import Exchange, Passage

if TYPE_CHECKING:
    from types import TracebackType

    from alpha_swarm.clock import Clock
    from alpha_swarm.ports.edge import Gate


class Passing:
    """One call that the gate has let through; what breaks on the way is heard of in the reply.

    It is not raised any further: it quotes the URL with its query, also as the context of a verdict.
    """

    __slots__ = ("_clock", "_gate", "_passage", "_reply", "_started")

    def __init__(self, gate: Gate, clock: Clock, passage: Passage) -> None:
        self._gate = gate
        self._clock = clock
        self._passage = passage
        self._reply = Reply()
        self._started = clock.monotonic()

    def __enter__(self) -> Reply:
        """Raises what the fence does."""
        try:
            # The gate may have taken its time, and a process may be frozen anywhere.
            pass_fence()
        except BaseException:
            self._leave()
            raise
        return self._reply

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """The gate hears how it went."""
        if isinstance(error, wire.BREAKS):
            self._reply.problem = error
        self._leave()
        return self._reply.problem is not None

    def _leave(self) -> None:
        reply = self._reply
        heard = Exchange(
            status=reply.status,
            seconds=self._clock.monotonic() - self._started,
            headers=reply.headers,
            asked=reply.problem is not None or reply.status is not None,
        )
        self._gate.leave(self._passage, heard)
