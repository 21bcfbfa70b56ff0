"""Makes the calls of a batch, several at once, and turns whatever happens into an outcome for each lead."""

from __future__ import annotations

import traceback
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.effect import Again, Doubt, Fault, Outcome, Unasked, outcome_of
from alpha_swarm.domain.lead import Lead
from alpha_swarm.errors import STOPPING, AlphaSwarmError, HaltError
from alpha_swarm.fence import fenced, pass_fence
from alpha_swarm.pipeline.slots import MOST

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Mapping, Sequence

    from alpha_swarm.pipeline.effect import Effect
    from alpha_swarm.pipeline.leases import Hold
    from alpha_swarm.pipeline.slots import Slots

log = structlog.get_logger(__name__)

#: What is known by then is written down, so that a call that hangs keeps back no other lead.
PORTION_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Call:
    """The leads that share one call, and its idempotency key."""

    leads: tuple[Lead, ...]
    key: str


class Calling:
    """One batch's calls; ``halt`` is the last verdict that stops the target as a whole, until it is taken."""

    def __init__(self, effect: Effect, hold: Hold, slots: Slots) -> None:
        self._effect = effect
        self._hold = hold
        self._slots = slots
        self._stopped: AlphaSwarmError | None = None
        self.halt: HaltError | None = None

    def outcomes(
        self, doubtful: Sequence[Lead], missing: Mapping[str, Outcome], calls: Sequence[Call]
    ) -> Generator[dict[str, Outcome]]:
        """Lead id → outcome, in portions as they come: look-ups of the doubtful, and the calls to be made."""
        acts = [partial(self.send, call) for call in calls]
        if doubtful:
            acts.insert(0, partial(self.resolve, doubtful, missing))
        if len(acts) == 1:
            yield acts[0]()
            return
        with ThreadPoolExecutor(max_workers=MOST, thread_name_prefix=self._effect.operation) as threads:
            yield from _portions([threads.submit(act) for act in acts])

    def resolve(self, leads: Sequence[Lead], missing: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """What became of calls whose outcome is unknown; ``missing`` holds for leads that are not found."""
        try:
            return {**missing, **self._effect.look_up(leads)}
        except AlphaSwarmError as error:
            self._note(error)
            again = outcome_of(error)
            after = again.after if isinstance(again, Again) else None
            return dict.fromkeys(missing, Unasked(f"the look-up failed: {error}", after))
        except Exception as error:  # noqa: BLE001 - a bug must not strand a batch
            return dict.fromkeys(missing, _own_fault(error, len(leads)))

    def send(self, call: Call) -> dict[str, Outcome]:
        """Make the call, unless another one showed that there is no use, or the lease is lost."""
        priority = min((lead.priority for lead in call.leads), key=lambda one: one.rank)
        most = MOST if self._effect.in_flight is None else self._effect.in_flight.of(priority)
        with self._slots.one(self._effect.step.party, priority, most):
            if self._stopped is not None:
                return _for_all(call.leads, outcome_of(self._stopped))
            with fenced(lambda: self._hold.lost):
                return self._guarded(call)

    def _guarded(self, call: Call) -> dict[str, Outcome]:
        """Outcomes for all of these leads, whatever happens."""
        try:
            pass_fence()
            answered = self._effect.send(call.leads, call.key)
        except AlphaSwarmError as error:
            self._note(error)
            return self._known(_for_all(call.leads, outcome_of(error)))
        except Exception as error:  # noqa: BLE001 - a bug must not strand a batch
            return _for_all(call.leads, _own_fault(error, len(call.leads)))
        silent = Doubt("the answer does not name this lead")
        return self._known({lead.id: answered.get(lead.id, silent) for lead in call.leads})

    def _known(self, outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        if not self._effect.repeatable:
            return dict(outcomes)
        return {
            key: Again(outcome.reason) if isinstance(outcome, Doubt) else outcome
            for key, outcome in outcomes.items()
        }

    def _note(self, error: AlphaSwarmError) -> None:
        if isinstance(error, STOPPING):
            self._stopped = error
        if isinstance(error, HaltError):
            self.halt = error


def _portions(futures: Collection[Future[dict[str, Outcome]]]) -> Iterator[dict[str, Outcome]]:
    pending = set(futures)
    while pending:
        done, pending = wait(pending, PORTION_SECONDS)
        if done:
            yield {key: outcome for future in done for key, outcome in future.result().items()}


def _own_fault(error: Exception, leads: int) -> Fault:
    # Nor may one lead bury its batch: it is told apart as after a crash. The error's text may quote a person;
    # its place can't.
    stack = "".join(traceback.format_tb(error.__traceback__))
    log.error("effect_failed", error=type(error).__name__, leads=leads, stack=stack)
    return Fault(f"our own fault: {type(error).__name__}")


def _for_all(leads: Collection[Lead], outcome: Outcome) -> dict[str, Outcome]:
    return {lead.id: outcome for lead in leads}
