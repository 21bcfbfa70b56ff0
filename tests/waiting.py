"""Waiting for a condition."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

#: Only what never comes is to be missed, however busy the machine.
PATIENCE_SECONDS = 120.0
_LOOK_SECONDS = 0.02

_Found = TypeVar("_Found")


def wait_until(condition: Callable[[], _Found | None], seconds: float = PATIENCE_SECONDS) -> _Found:
    """What the condition is as soon as it holds; fails when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition}"
        time.sleep(_LOOK_SECONDS)
    return found
