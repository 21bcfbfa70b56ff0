"""Looking at many before any of them is written, as long as a limit leaves time for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome

    One = TypeVar("One")


class Stride:
    """How many are taken at a time: half as many after a limit was met before half of them were through.

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
            yield from self._watched(write(some), len(some))
            start += len(some)

    def _watched(
        self, portions: Iterator[Mapping[str, Outcome]], number: int
    ) -> Iterator[Mapping[str, Outcome]]:
        through = 0
        try:
            for portion in portions:
                through += len(portion)
                yield portion
        except GeneratorExit:
            # Whoever takes the portions was stopped on the way, as by the same limit over their deals.
            self._halve()
            raise
        except RateLimitedError:
            if 2 * through < number:
                self._halve()
            raise
        self._now = min(self._most, 2 * self._now)

    def _halve(self) -> None:
        self._now = max(1, self._now // 2)
