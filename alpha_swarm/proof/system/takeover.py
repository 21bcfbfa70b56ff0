"""How long the leads of a killed worker wait until somebody else has them, or they are done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from alpha_swarm.proof.system.leases import owed
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from alpha_swarm.proof.system.leases import Owed

#: A lease of 60 s, the sweep, and the way of a hint.
LONGEST_SECONDS = 75.0


class Takeovers:
    """Told of each kill, looked at again and again."""

    def __init__(self) -> None:
        self._open: list[tuple[float, Owed]] = []
        self.seconds: list[float] = []
        """Of each lead and step that was in a killed worker's hand."""

    def begin(self, left: Sequence[Owed]) -> None:
        """A worker was killed just now with this in hand."""
        now = time.monotonic()
        self._open += [(now, one) for one in left]

    def look(self, connection: Connection) -> None:
        """See what has been taken over since."""
        waiting = list(self._open)
        if not waiting:
            return
        current = owed(connection, {one.lead_id for _, one in waiting})
        now = time.monotonic()
        for entry in waiting:
            since, before = entry
            after = current.get((before.lead_id, before.step))
            if after is None or after.since != before.since or after.claims > before.claims:
                self._open.remove(entry)
                self.seconds.append(now - since)

    def late(self) -> Iterator[Violation]:
        """What took too long, and what was never taken over."""
        slowest = max(self.seconds, default=0.0)
        if slowest > LONGEST_SECONDS:
            yield Violation("takeover", "slowest", f"{slowest:.1f} s")
        now = time.monotonic()
        for since, one in self._open:
            yield Violation("takeover", one.lead_id, f"{one.step} waits since {now - since:.1f} s")
