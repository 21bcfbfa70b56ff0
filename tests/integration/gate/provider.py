"""The other side, its limit and its callers, as events in virtual time."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from alpha_swarm.coordination.gate import PATIENCE
from alpha_swarm.coordination.lessons import Lessons
from alpha_swarm.coordination.places import Place, Places, nowhere
from alpha_swarm.coordination.windows import windows
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.ports.edge import Exchange

if TYPE_CHECKING:
    from tests.integration.gate.virtual import VirtualTime

CONFIGURED = 100


@dataclass(frozen=True, slots=True)
class Phase:
    """For so many windows the limit is so many calls a window."""

    windows: float
    limit: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the provider saw in a phase; the share is that of the permitted calls from three windows on."""

    limit: int
    share: float
    refused: list[float]
    """Windows from the phase's beginning."""


@dataclass
class Provider:
    """Grants by its own sliding log, and tells no more than its headers."""

    limit: int
    seconds: float
    headers: Callable[[int], Mapping[str, str]] = lambda _limit: {}
    granted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    _log: deque[float] = field(default_factory=deque)

    def answer(self, now: float) -> int:
        """200 or 429."""
        while self._log and self._log[0] <= now - self.seconds:
            self._log.popleft()
        if len(self._log) >= self.limit:
            self.refused.append(now)
            return 429
        self._log.append(now)
        self.granted.append(now)
        return 200

    def seen(self, phase: Phase, start: float) -> Seen:
        """What happened in a phase that began then."""
        end, settled = start + phase.windows * self.seconds, start + 3 * self.seconds
        granted = sum(settled <= moment < end for moment in self.granted)
        permitted = phase.limit * (end - settled) / self.seconds
        refused = [(moment - start) / self.seconds for moment in self.refused if start <= moment < end]
        return Seen(phase.limit, granted / permitted if permitted > 0 else 1.0, refused)


class Callers:
    """Many processes that always have work: each asks the gate, waits, calls, and tells how it went."""

    def __init__(self, time: VirtualTime, provider: Provider, way: tuple[float, float], seed: int) -> None:
        self.time, self.provider, self.way = time, provider, way
        self.random = random.Random(seed)
        self.limits = windows("busy", "", (Limit(CONFIGURED, provider.seconds),))
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def run(self, phases: list[Phase], callers: int) -> list[Seen]:
        """Let the phases pass."""
        start = self.time.monotonic()
        starts = list(
            itertools.accumulate((phase.windows * self.provider.seconds for phase in phases), initial=start)
        )
        for phase, moment in zip(phases, starts, strict=False):
            self._at(moment, partial(setattr, self.provider, "limit", phase.limit))
        for _ in range(callers):
            caller = Caller(self, Places(self.time.redis, self.time), Lessons(self.time.redis, self.time))
            self._at(start + self.random.uniform(0, 0.01), partial(caller.ask, nowhere(self.limits)))
        while self._events[0][0] < starts[-1]:
            moment, _, event = heapq.heappop(self._events)
            self.time.go_to(moment)
            event()
        return [self.provider.seen(phase, moment) for phase, moment in zip(phases, starts, strict=False)]

    def _at(self, moment: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    def trip(self) -> float:
        """Seconds that a call, or its answer, is on its way from now on."""
        return self.random.uniform(*self.way)

    def later(self, seconds: float, event: Callable[[], None]) -> None:
        """In so many seconds."""
        self._at(self.time.monotonic() + seconds, event)


@dataclass(frozen=True, slots=True)
class Caller:
    """One process."""

    world: Callers
    places: Places
    lessons: Lessons

    def ask(self, before: Place) -> None:
        """Ask for a place, and wait for it in place or come back."""
        world = self.world
        place = self.places.ask(world.limits, 1, before.takings, PATIENCE)
        if not place.granted:
            late = world.random.uniform(0.05, 0.1)
            world.later(max(place.wait - PATIENCE, 0) + late, partial(self.ask, nowhere(world.limits)))
        elif place.wait:
            world.later(place.wait + world.random.uniform(0, 0.002), partial(self.ask, place))
        else:
            world.later(world.trip(), partial(self.arrive, world.time.monotonic()))

    def arrive(self, left: float) -> None:
        """The call is there."""
        status = self.world.provider.answer(self.world.time.monotonic())
        headers = self.world.provider.headers(self.world.provider.limit)
        self.world.later(self.world.trip(), partial(self.come_back, left, status, headers))

    def come_back(self, left: float, status: int, headers: Mapping[str, str]) -> None:
        """The answer is here; the next call follows."""
        seconds = self.world.time.monotonic() - left
        self.lessons.hear(self.world.limits, Exchange(status=status, seconds=seconds, headers=headers))
        self.ask(nowhere(self.world.limits))
