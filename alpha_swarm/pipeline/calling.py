"""Makes the calls of a batch, several at once, and turns whatever happens into an outcome for each lead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.effect import Again, Done, Doubt, Gone, Outcome, outcome_of
from alpha_swarm.domain.lead import Lead
from alpha_swarm.errors import AlphaSwarmError, HaltError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from alpha_swarm.pipeline.effect import Effect

log = structlog.get_logger(__name__)

#: What a look-up says of a call that did not happen; the second for those whom that costs no attempt.
_NO_EFFECT = Again("an earlier call took no effect", after=0.0)
_SPARED = Again("an earlier call took no effect", after=0.0, burns_attempt=False)


@dataclass(frozen=True, slots=True)
class Call:
    """The leads that share one call, and its idempotency key."""

    leads: tuple[Lead, ...]
    key: str


class Calling:
    """One batch's calls; ``halt`` is the first verdict that stops the target as a whole."""

    def __init__(self, effect: Effect) -> None:
        self._effect = effect
        self.halt: HaltError | None = None

    def send(self, calls: Sequence[Call]) -> dict[str, Outcome]:
        """As many at once as the effect allows."""
        if len(calls) == 1:
            return self._send(calls[0])
        lanes = self._effect.lanes([lead for call in calls for lead in call.leads])
        with ThreadPoolExecutor(max_workers=lanes, thread_name_prefix=self._effect.operation) as threads:
            return _merged(threads.map(self._send, calls))

    def resolve(self, leads: Sequence[Lead], spared: Collection[str]) -> dict[str, Outcome]:
        """What became of calls whose outcome is unknown; one in vain costs ``spared`` no attempt."""
        answered = self._guarded(leads, lambda: self._look_up(leads, spared))
        # A look-up that failed says nothing of the call that it was about.
        return {key: _still_unknown(outcome) for key, outcome in answered.items()}

    def _send(self, call: Call) -> dict[str, Outcome]:
        sent = self._guarded(call.leads, lambda: self._effect.send(call.leads, call.key))
        return {key: _repeat(outcome) for key, outcome in sent.items()} if self._effect.repeatable else sent

    def _look_up(self, leads: Sequence[Lead], spared: Collection[str]) -> Mapping[str, Outcome]:
        found = self._effect.look_up(leads)
        missing = {lead.id: _SPARED if lead.id in spared else _NO_EFFECT for lead in leads}
        return {lead_id: found.get(lead_id, outcome) for lead_id, outcome in missing.items()}

    def _guarded(self, leads: Sequence[Lead], act: Callable[[], Mapping[str, Outcome]]) -> dict[str, Outcome]:
        """Outcomes for all of these leads, whatever happens."""
        try:
            answered = act()
        except AlphaSwarmError as error:
            if isinstance(error, HaltError):
                self.halt = error
            return _for_all(leads, outcome_of(error))
        except Exception as error:
            # A bug must not strand a batch: what it left behind is looked up like after a crash.
            log.exception("effect_failed", error=type(error).__name__, leads=len(leads))
            return _for_all(leads, Doubt(f"our own fault: {type(error).__name__}"))
        silent = Doubt("the answer does not name this lead")
        return {lead.id: answered.get(lead.id, silent) for lead in leads}


def _for_all(leads: Iterable[Lead], outcome: Outcome) -> dict[str, Outcome]:
    return {lead.id: outcome for lead in leads}


def _merged(parts: Iterable[Mapping[str, Outcome]]) -> dict[str, Outcome]:
    return {key: outcome for part in parts for key, outcome in part.items()}


def _still_unknown(outcome: Outcome) -> Outcome:
    # Only the very answer: a look-up that is to be repeated at once looks the same and decides nothing.
    known = outcome is _NO_EFFECT or outcome is _SPARED
    return outcome if known or isinstance(outcome, Done | Gone) else Doubt("the look-up failed")


def _repeat(outcome: Outcome) -> Outcome:
    return Again(outcome.reason) if isinstance(outcome, Doubt) else outcome
