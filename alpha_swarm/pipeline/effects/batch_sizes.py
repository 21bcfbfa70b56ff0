"""How many leads a batch takes: as many as share a commit well, or as many as a limit lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpha_swarm.domain.states import Step
    from alpha_swarm.pipeline.effects.effect import Effect


class BatchSizes:
    """Learns by trying: what a limit refused was claimed and given back for nothing."""

    def __init__(self) -> None:
        self._limited: dict[Step, int] = {}

    def of(self, effect: Effect) -> int:
        """Leads to claim."""
        return min(effect.leads_a_batch, self._limited.get(effect.step, effect.leads_a_batch))

    def learn(self, effect: Effect, passed: int, *, limited: bool) -> None:
        """After a limit what went through is the measure, and one call more is tried; without one, all."""
        if limited:
            self._limited[effect.step] = passed + effect.leads_a_call
        else:
            self._limited.pop(effect.step, None)
