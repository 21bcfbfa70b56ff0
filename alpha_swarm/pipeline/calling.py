"""Makes the calls of a batch, several at once, and turns whatever happens into an outcome for each lead."""

from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.effect import Again, Done, Doubt, Fault, Gone, Outcome, outcome_of
from alpha_swarm.domain.lead import Lead
from alpha_swarm.errors import AlphaSwarmError, HaltError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from alpha_swarm.pipeline.effect import Effect
    from alpha_swarm.pipeline.leases import Hold

log = structlog.get_logger(__name__)

#: What follows when a look-up shows that a call never happened: its worker died over it, or the other side
#: failed, which costs an attempt only when it has gone on for long.
CRASHED = Again("a worker died over an earlier call", after=0.0, burns_attempt=False)
IN_VAIN = Again("an earlier call took no effect", burns_attempt=False)
IN_VAIN_FOR_LONG = Again("an earlier call took no effect", after=0.0)
_NOT_OURS = Again("the lease was lost before the call", burns_attempt=False)
_NEVER_HAPPENED = (CRASHED, IN_VAIN, IN_VAIN_FOR_LONG)


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

    def send(self, calls: Sequence[Call], hold: Hold) -> dict[str, Outcome]:
        """As many at once as the effect allows; none is begun any more once the lease is lost."""
        if len(calls) == 1:
            return self._send(calls[0], hold)
        lanes = self._effect.lanes([lead for call in calls for lead in call.leads])
        with ThreadPoolExecutor(max_workers=lanes, thread_name_prefix=self._effect.operation) as threads:
            return _merged(threads.map(lambda call: self._send(call, hold), calls))

    def resolve(self, leads: Sequence[Lead], missing: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """What became of calls whose outcome is unknown; ``missing`` holds for leads that are not found."""
        answered = self._guarded(leads, lambda: {**missing, **self._effect.look_up(leads)})
        # A look-up that failed says nothing of the call that it was about.
        return {key: _still_unknown(outcome) for key, outcome in answered.items()}

    def _send(self, call: Call, hold: Hold) -> dict[str, Outcome]:
        if hold.lost:
            return _for_all(call.leads, _NOT_OURS)
        sent = self._guarded(call.leads, lambda: self._effect.send(call.leads, call.key))
        return {key: _repeat(outcome) for key, outcome in sent.items()} if self._effect.repeatable else sent

    def _guarded(self, leads: Sequence[Lead], act: Callable[[], Mapping[str, Outcome]]) -> dict[str, Outcome]:
        """Outcomes for all of these leads, whatever happens."""
        try:
            answered = act()
        except AlphaSwarmError as error:
            if isinstance(error, HaltError):
                self.halt = error
            return _for_all(leads, outcome_of(error))
        except Exception as error:  # noqa: BLE001 - a bug must not strand a batch
            # Nor may one lead bury its batch: it is told apart as after a crash. The error's text may quote a
            # person; its place can't.
            stack = "".join(traceback.format_tb(error.__traceback__))
            log.error("effect_failed", error=type(error).__name__, leads=len(leads), stack=stack)  # noqa: TRY400
            return _for_all(leads, Fault(f"our own fault: {type(error).__name__}"))
        silent = Doubt("the answer does not name this lead")
        return {lead.id: answered.get(lead.id, silent) for lead in leads}


def _for_all(leads: Iterable[Lead], outcome: Outcome) -> dict[str, Outcome]:
    return {lead.id: outcome for lead in leads}


def _merged(parts: Iterable[Mapping[str, Outcome]]) -> dict[str, Outcome]:
    return {key: outcome for part in parts for key, outcome in part.items()}


def _still_unknown(outcome: Outcome) -> Outcome:
    # Only the very answer: a look-up that is to be repeated at once looks the same and decides nothing.
    known = isinstance(outcome, Done | Gone | Fault) or any(outcome is one for one in _NEVER_HAPPENED)
    return outcome if known else Doubt("the look-up failed")


def _repeat(outcome: Outcome) -> Outcome:
    return Again(outcome.reason) if isinstance(outcome, Doubt) else outcome
