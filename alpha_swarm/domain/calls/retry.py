"""When to try again, and when to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ATTEMPTS = 3
_SHORTEST = 4.0
_LONGEST = 60.0
#: 4 s doubled this often is past the longest wait.
_DOUBLINGS = 4
_POLL_GROWTH = 1.5
#: Growth past this many polls is past any interval in use.
_POLLS = 50


def next_wait(
    *,
    attempts: int,
    after: float | None,
    burns: bool,
    draw: Callable[[float, float], float],
    most: int = ATTEMPTS,
) -> float | None:
    """Seconds until the next attempt after one that failed; ``None`` if there is none.

    Args:
        attempts: how many are used up, the one that just failed included if it burns one.
        after: how many seconds the other side asked for; obeyed as given.
        burns: whether the failure uses up an attempt; one that does not never exhausts them.
        draw: a random number between two bounds, such as ``random.uniform``.
        most: how many attempts there are.
    """
    if burns and attempts >= most:
        return None
    if after is not None:
        return max(0.0, after)
    return draw(_SHORTEST, min(_LONGEST, _SHORTEST * 2 ** min(attempts, _DOUBLINGS)))


def collect_wait(polls: int, first: float, most: float = _LONGEST) -> float:
    """Seconds until a row is asked for again after ``polls`` times in vain."""
    return min(most, first * _POLL_GROWTH ** min(polls, _POLLS))
