"""Whose turn it is: start-time fair queueing between the streams of leads that come in.

A stream is a source in a priority. Each of its leads takes its turn one step after the last, and the step is
the shorter the more urgent the priority; a stream that was quiet starts where the queue stands now. So of all
streams that wait each gets its share, and nobody waits behind another one's backlog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The shares of the priorities, which are those of their calls under way.
SHARES = {Priority.CRITICAL: 10.0, Priority.NORMAL: 5.0, Priority.BULK: 2.0}


def turns(priority: Priority, last: float | None, now: float) -> Iterator[float]:
    """The turns of a stream's next leads.

    Args:
        priority: the stream's.
        last: its last lead's turn, ``None`` for a new stream.
        now: the turn at which the queue stands.
    """
    step = 1.0 / SHARES[priority]
    turn = now if last is None else max(last, now)
    while True:
        turn += step
        yield turn
