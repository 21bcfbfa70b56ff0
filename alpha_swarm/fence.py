"""Whether what a thread is about to do is still covered by its lease, asked where it is about to be done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.errors import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class _Fence:
    lost: Callable[[], bool] = lambda: False
    passed: Callable[[], None] = lambda: None


_fence: ContextVar[_Fence] = ContextVar("fence", default=_Fence())  # noqa: B039 - it never changes


@contextmanager
def fenced(lost: Callable[[], bool], passed: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Within the block :func:`pass_fence` asks the one, and tells the other."""
    token = _fence.set(_Fence(lost, passed))
    try:
        yield
    finally:
        _fence.reset(token)


def look_at_fence() -> None:
    """Whether there is any use in going on.

    Raises:
        NotReadyError: the lease was lost, for example while the process was frozen; nothing was sent.
    """
    if _fence.get().lost():
        raise NotReadyError("the lease was lost before the call")


def pass_fence() -> None:
    """The last look before anything leaves the process.

    Raises what :func:`look_at_fence` does.
    """
    look_at_fence()
    _fence.get().passed()
