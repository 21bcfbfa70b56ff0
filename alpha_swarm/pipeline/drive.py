"""One lead taken through everything that is owed to it, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import RESTING, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.ledger import Ledger

#: Between two looks at a lead that somebody else has in hand.
_LOOK_SECONDS = 0.5


class Drive:
    """Does at once, step by step, what the queues would do."""

    def __init__(self, ledger: Ledger, clock: Clock, run: Callable[[Step, list[str]], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._run = run

    def to_rest(self, lead_id: str, seconds: float) -> State:
        """Until nothing is owed or the time is up; the answer is the lead's state then."""
        end = self._clock.monotonic() + seconds
        tried: list[Step] = []
        while True:
            state, owed = self._look(lead_id)
            rested = state in RESTING and (not owed or state is State.HELD)
            if rested or self._clock.monotonic() >= end:
                return state
            tried = self._do(lead_id, owed, tried)

    def _do(self, lead_id: str, owed: Mapping[Step, float], tried: list[Step]) -> list[Step]:
        """What was due; what is due again is in other hands or paused, so it is given time."""
        due = [step for step, wait in owed.items() if wait <= 0]
        if not due or due == tried:
            soonest = min((wait for wait in owed.values() if wait > 0), default=_LOOK_SECONDS)
            self._clock.sleep(min(soonest, _LOOK_SECONDS))
        for step in due:
            self._run(step, [lead_id])
        return due

    def _look(self, lead_id: str) -> tuple[State, Mapping[Step, float]]:
        with self._ledger.read() as tx:
            return tx.leads.standing([lead_id])[lead_id].state, tx.work.of(lead_id)
