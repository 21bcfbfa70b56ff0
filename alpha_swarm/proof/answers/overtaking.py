"""A worker that loses its lease while it writes contacts: another one takes over and writes them, too."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import TYPE_CHECKING, Any

from alpha_swarm.pipeline.effects.leases import LEASE_SECONDS
from alpha_swarm.proof import rounds, time_travel

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.states import Target
    from alpha_swarm.ports.crm import Contact, Crm, Decide
    from alpha_swarm.supervision.stage import Stage

    Portions = list[Mapping[str, Outcome]]
    Write = Callable[[], Portions]

#: Fewer than would make a lead pass for one that kills its workers.
_MOST = 8
#: How long the sandbox keeps the first worker's calls on their way.
_SLOW_SECONDS = 0.5
_WAIT_SECONDS = 5.0
#: Whatever may create a contact.
_CALLS = {"ghl": ("upsertContact", "createContact"), "instantly": ("addLeads",)}


class Overtaking:
    """Lets ``second`` overtake ``first`` before, during or after its calls, as chance has it."""

    def __init__(self, stage: Stage, first: App, second: App, chance: random.Random) -> None:
        self._stage = stage
        self._second = second
        self._chance = chance
        self._one_at_a_time = Lock()
        self._left = _MOST
        self.landed = 0
        for target, crm in first.crms.items():
            self._wrap(target, crm)

    def _wrap(self, target: Target, crm: Crm) -> None:
        upsert = crm.upsert

        def overtaken(
            contacts: Sequence[Contact], decide: Decide, at_once: int = 1
        ) -> Iterator[Mapping[str, Outcome]]:
            if not self._left or not self._one_at_a_time.acquire(blocking=False):
                yield from upsert(contacts, decide, at_once)
                return
            try:
                self._left -= 1
                moment = self._chance.choice((self._before, self._during, self._after))
                yield from moment(lambda: list(upsert(contacts, decide, at_once)), len(contacts), target)
            finally:
                self._one_at_a_time.release()

        vars(crm)["upsert"] = overtaken

    def _before(self, write: Write, _contacts: int, target: Target) -> Portions:
        self._take_over(target)
        return write()

    def _after(self, write: Write, _contacts: int, target: Target) -> Portions:
        outcomes = write()
        self._take_over(target)
        return outcomes

    def _during(self, write: Write, contacts: int, target: Target) -> Portions:
        """The first one's calls are at the other side, which has not done anything yet."""
        standing = len(self._stage.faults())
        slow = {"fault": "slow", "when": "before", "seconds": _SLOW_SECONDS, "times": contacts}
        for operation in _CALLS[target.value]:
            self._stage.fault(service=target.value, operation=operation, **slow)
        with ThreadPoolExecutor(1) as thread:
            # The lease that binds this thread binds its helper, too.
            answer = thread.submit(copy_context().run, write)
            self._wait_for(lambda: answer.done() or self._fired(standing))
            self._take_over(target)
            return answer.result()

    def _fired(self, standing: int) -> bool:
        return any(order["fired"] for order in self._stage.faults()[standing:])

    def _take_over(self, target: Target) -> None:
        before = self._calls(target)
        time_travel.let_time_pass(self._second.ledger.engine, LEASE_SECONDS + 1)
        rounds.work_once(self._second)
        self.landed += self._calls(target) > before

    def _calls(self, target: Target) -> int:
        counted: dict[str, Any] = self._stage.ledger()[target.value]["calls"]
        return sum(counted.values())

    @staticmethod
    def _wait_for(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + _WAIT_SECONDS
        while not condition() and time.monotonic() < end:
            pass
