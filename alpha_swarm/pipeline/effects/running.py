"""A batch from when it is taken in hand until what became of it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.health.executions import Execution, Tally

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.health.executions import Trigger


class Running:
    """One run of a workflow; ``tally`` is what is committed of it."""

    def __init__(self, workflow: str, trigger: Trigger, clock: Clock) -> None:
        self._workflow = workflow
        self._trigger = trigger
        self._clock = clock
        self._since = clock.monotonic()
        self.tally = Tally()

    def ended(self, tally: Tally) -> Execution:
        """What is recorded when this is all."""
        return Execution(
            workflow=self._workflow,
            trigger=self._trigger,
            seconds=self._clock.monotonic() - self._since,
            tally=tally,
        )
