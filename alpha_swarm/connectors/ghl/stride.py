"""Looking at many before any of them is written, as long as a limit leaves time for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.effect import Outcome

    One = TypeVar("One")


class Stride:
    """How many are taken at a time: half as many after a limit was met before any of them was through.

    Otherwise a limit that is used up by looking would stop them each time anew, for ever.
    """

    def __init__(self, most: int) -> None:
        self._most = self._now = most

    def through(
        self, many: Sequence[One], write: Callable[[Sequence[One]], Iterator[Mapping[str, Outcome]]]
    ) -> Iterator[Mapping[str, Outcome]]:
        """What ``write`` makes of all of them, in portions; raises what it raises."""
        start = 0
        while start < len(many):
            some = many[start : start + self._now]
            yield from self._watched(write(some))
            start += len(some)

    def _watched(self, portions: Iterator[Mapping[str, Outcome]]) -> Iterator[Mapping[str, Outcome]]:
        moved = False
        try:
            for portion in portions:
                moved = moved or bool(portion)
                yield portion
        except RateLimitedError:
            if not moved:
                self._now = max(1, self._now // 2)
            raise
        self._now = min(self._most, 2 * self._now)
