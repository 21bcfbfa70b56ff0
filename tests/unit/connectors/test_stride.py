"""Contacts are taken in smaller steps where a limit leaves no time to write those that were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.connectors.ghl.stride import Stride
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome

_MOST = 50


class Window:
    """A CRM that takes so many calls, and then none until the next window; each costs a look and a write."""

    def __init__(self, calls: int) -> None:
        self.calls = calls
        self.left = calls
        self.written: list[str] = []

    def write(self, some: Sequence[str]) -> Iterator[Mapping[str, Outcome]]:
        """All are looked at first."""
        for _ in some:
            self._take()
        for one in some:
            self._take()
            self.written.append(one)
            yield {one: Done(one)}

    def _take(self) -> None:
        if not self.left:
            raise RateLimitedError("429", 10.0)
        self.left -= 1


@pytest.mark.parametrize("calls", [2, 3, 7, 40, 49, 50, 51, 99])
def test_every_limit_lets_all_through(calls: int) -> None:
    """In as many windows as the calls need, but for a few in which the step is found."""
    window, stride = Window(calls), Stride(_MOST)
    names = [f"lead-{number}" for number in range(120)]
    windows = 0
    while waiting := [name for name in names if name not in window.written]:
        windows += 1
        window.left = calls
        try:
            for _ in stride.through(waiting, window.write):
                pass
        except RateLimitedError:
            continue
    assert sorted(window.written) == sorted(names)
    assert windows <= 2 * (2 * len(names) / calls) + 7


def test_without_a_limit_they_are_taken_by_many() -> None:
    """And again so once a limit is gone: the step doubles with each that comes to its end."""
    stride, steps = Stride(_MOST), list[int]()

    def write(some: Sequence[str]) -> Iterator[Mapping[str, Outcome]]:
        steps.append(len(some))
        yield {one: Done(one) for one in some}

    for _ in stride.through([str(number) for number in range(120)], write):
        pass
    assert steps == [50, 50, 20]


def test_a_taker_who_is_stopped_takes_fewer_the_next_time() -> None:
    """As when the limit is met over the deals of those that were written."""
    stride, steps = Stride(_MOST), list[int]()

    def write(some: Sequence[str]) -> Iterator[Mapping[str, Outcome]]:
        steps.append(len(some))
        yield {one: Done(one) for one in some}

    for _ in range(8):
        portions = stride.through([str(number) for number in range(120)], write)
        next(portions)
        del portions
    assert steps == [50, 25, 12, 6, 3, 1, 1, 1]
