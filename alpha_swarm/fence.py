"""Whether what a thread is about to do is still covered by its lease, asked where it is about to be done."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from alpha_swarm.errors import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_lost: ContextVar[Callable[[], bool]] = ContextVar("lost", default=lambda: False)


@contextmanager
def fenced(lost: Callable[[], bool]) -> Iterator[None]:
    """Within the block :func:`pass_fence` asks this."""
    token = _lost.set(lost)
    try:
        yield
    finally:
        _lost.reset(token)


def pass_fence() -> None:
    """The last look before anything leaves the process.

    Raises:
        NotReadyError: the lease was lost, for example while the process was frozen; nothing was sent.
    """
    if _lost.get()():
        raise NotReadyError("the lease was lost before the call")
