"""What has to be done is done as soon as the other side is back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.errors import NotReadyError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.clock import Clock

#: A database that restarts is away for seconds; a lease is good for a minute.
_TIMES, _PAUSE_SECONDS = 20, 1.0
_LONGEST_SECONDS = 60.0

Answer = TypeVar("Answer")


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


def patiently(clock: Clock, call: Callable[[], Answer]) -> Answer:
    """The answer to a call that may be repeated; for a limit and for trouble of the other side it waits.

    Raises:
        NotReadyError: something of our own is not there.
        RetryLaterError: the trouble does not pass.
    """
    for _ in range(_TIMES):
        try:
            return call()
        except NotReadyError:
            raise
        except RetryLaterError as error:
            clock.sleep(min(error.after or _PAUSE_SECONDS, _LONGEST_SECONDS))
    return call()
