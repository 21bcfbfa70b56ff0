"""A model of the pipeline around the real breaker, retry rule and budget, in virtual time."""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.retry import next_wait
from alpha_swarm.errors import BreakerOpenError
from alpha_swarm.pipeline.effects.retries import Retries
from alpha_swarm.ports.edge import Exchange, Passage

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ports.edge import Gate
    from tests.doubles import StillClock

OFFERED = 50
"""New leads a second."""
CAPACITY = 15
"""Calls a second that succeed while the provider is at 30 % of what is offered; the others fail."""
BEGIN, RECOVERY, END = 30.0, 150.0, 250.0
TICK = 0.1
"""How long a call takes."""
IN_FLIGHT = 10
LIMIT = 10
"""Calls in a tick at most: the provider's own limit is twice of what is offered."""


@dataclass(order=True, slots=True)
class Lead:
    """Somebody to whom one call is owed."""

    due: float
    number: int
    attempts: int = field(default=0, compare=False)


class Provider:
    """Serves everybody, but for the outage: then as many as its capacity allows."""

    def __init__(self, recovery: float) -> None:
        self._recovery = recovery
        self._room = 0.0
        self._since = BEGIN

    def serves(self, now: float) -> bool:
        """Whether this call succeeds."""
        if not BEGIN <= now < self._recovery:
            return True
        self._room = min(self._room + (now - self._since) * CAPACITY, CAPACITY * TICK * 2)
        self._since = now
        served = self._room >= 1
        self._room -= served
        return served


class Model:
    """One process that works through leads as they become due, and a provider with an outage."""

    def __init__(
        self,
        gate: Gate,
        clock: StillClock,
        seed: int,
        *,
        recovery: float = RECOVERY,
        wait: Callable[[Model, int], float | None] | None = None,
    ) -> None:
        self.recovery = recovery
        self.gate = gate
        self.clock = clock
        self.chance = random.Random(seed)
        self.retries = Retries(self.chance.uniform, clock)
        self.wait = wait or budgeted
        self.queue: list[Lead] = []
        self.under_way: deque[tuple[Lead, Passage]] = deque()
        self.provider = Provider(recovery)
        self.paused_until = 0.0
        self.requests: list[tuple[float, int]] = []
        """When, and how often the lead had failed before."""
        self.done: Counter[int] = Counter()
        self.dead = 0

    def run(self) -> None:
        """From the first lead to the end."""
        number = 0
        while self.clock.monotonic() < END:
            for _ in range(int(OFFERED * TICK)):
                number += 1
                heapq.heappush(self.queue, Lead(self.clock.monotonic(), number))
            self._answer()
            self._call()
            self.clock.sleep(TICK)

    def requests_in(self, begin: float, end: float, *, retries: bool = False) -> int:
        """Calls that reached the provider, or only those for leads that had failed before."""
        return sum(begin <= at < end and (attempts > 0 or not retries) for at, attempts in self.requests)

    def done_in(self, begin: float, end: float) -> int:
        """Leads that arrived."""
        return sum(self.done[second] for second in range(int(begin), int(end)))

    def _call(self) -> None:
        now = self.clock.monotonic()
        room = min(IN_FLIGHT - len(self.under_way), LIMIT)
        while room and now >= self.paused_until and self.queue and self.queue[0].due <= now:
            lead = heapq.heappop(self.queue)
            passage = Passage(target="provider", limit=None)
            try:
                self.gate.enter(passage)
            except BreakerOpenError as refused:
                self.paused_until = lead.due = now + refused.seconds
                heapq.heappush(self.queue, lead)
                return
            self.requests.append((now, lead.attempts))
            self.under_way.append((lead, passage))
            room -= 1

    def _answer(self) -> None:
        ended = [self.under_way.popleft() for _ in range(len(self.under_way))]
        # A provider that is over its capacity serves whom it will.
        self.chance.shuffle(ended)
        for lead, passage in ended:
            well = self.provider.serves(self.clock.monotonic())
            self.gate.leave(passage, Exchange(status=200 if well else 503, seconds=TICK, headers={}))
            self._settle(lead, well=well)

    def _settle(self, lead: Lead, *, well: bool) -> None:
        now = self.clock.monotonic()
        if lead.attempts == 0:
            self.retries.attempted("provider", 1)
        if well:
            self.done[int(now)] += 1
            return
        lead.attempts += 1
        wait = self.wait(self, lead.attempts)
        if wait is None:
            self.dead += 1
        else:
            lead.due = now + wait
            heapq.heappush(self.queue, lead)


def budgeted(model: Model, attempts: int) -> float | None:
    """The rule of the product."""
    return next_wait(attempts=attempts, after=None, burns=True, draw=model.retries.turn("provider"))


def unbudgeted(model: Model, attempts: int) -> float | None:
    """The fault: every failure is repeated, however many there are."""
    return next_wait(attempts=attempts, after=None, burns=True, draw=model.chance.uniform)
