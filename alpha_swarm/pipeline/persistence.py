"""What is known is written down as soon as the ledger is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.clock import Clock

#: A database that restarts is away for seconds; a lease is good for a minute.
_TIMES, _PAUSE_SECONDS = 20, 1.0


def persist(clock: Clock, write: Callable[[], None]) -> None:
    """Run a transaction that looks at what stands before it writes, again while the ledger is not ready.

    Raises:
        RetryLaterError: it stays away.
    """
    for _ in range(_TIMES):
        try:
            write()
        except RetryLaterError:
            clock.sleep(_PAUSE_SECONDS)
        else:
            return
    write()
