"""Somebody waits for the answer: what is said to be over soon is waited for, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.errors import NotReadyError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.clock import Clock

Answer = TypeVar("Answer")

_TIMES, _LONGEST_SECONDS = 3, 2.0


def patiently(clock: Clock, ask: Callable[[], Answer]) -> Answer:
    """Ask up to three times, as an answer may be lost; what the last of them raises is raised."""
    for _ in range(_TIMES - 1):
        try:
            return ask()
        except NotReadyError:
            raise
        except RetryLaterError as error:
            clock.sleep(min(error.after or _LONGEST_SECONDS, _LONGEST_SECONDS))
    return ask()
