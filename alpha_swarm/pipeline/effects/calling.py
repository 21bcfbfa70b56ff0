"""Makes the calls of a batch, several at once, and turns whatever happens into an outcome for each lead."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import wait
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, TypeVar

import structlog
from structlog.contextvars import bound_contextvars

from alpha_swarm.domain.calls.effect import Again, Doubt, Fault, Outcome, Unasked, outcome_of
from alpha_swarm.domain.leads.lead import Lead
from alpha_swarm.errors import (
    STOPPING,
    AlphaSwarmError,
    HaltError,
    NotReadyError,
    RateLimitedError,
)
from alpha_swarm.fence import fenced, look_at_fence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from alpha_swarm.pipeline.effects.effect import Effect
    from alpha_swarm.pipeline.effects.entrance import Entrance
    from alpha_swarm.pipeline.effects.leases import Hold
    from alpha_swarm.pipeline.effects.slots import Slots

Thing = TypeVar("Thing")

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

    def __init__(
        self, effect: Effect, hold: Hold, slots: Slots, threads: Executor, entrance: Entrance
    ) -> None:
        self._effect = effect
        self._entrance = entrance
        self._hold = hold
        self._slots = slots
        self._threads = threads
        self._stopped: AlphaSwarmError | None = None
        self.halt: HaltError | None = None
        self._missed: SimpleQueue[str] = SimpleQueue()

    def missed(self) -> Counter[str]:
        """Providers that did not answer in time since this was last asked."""
        return Counter(_each_of(self._missed))

    @property
    def limited(self) -> bool:
        """Whether a limit kept back some of the calls."""
        return isinstance(self._stopped, RateLimitedError)

    def outcomes(
        self, doubtful: Sequence[Lead], missing: Mapping[str, Outcome], calls: Sequence[Call]
    ) -> Generator[dict[str, Outcome]]:
        """Lead id → outcome, in portions as they come: look-ups of the doubtful, and the calls to be made."""
        acts = [partial(self.send, call) for call in calls]
        if doubtful:
            acts.insert(0, partial(self._resolved, doubtful, missing))
        return acts[0]() if len(acts) == 1 else self._side_by_side(acts)

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

    def send(self, call: Call) -> Generator[dict[str, Outcome]]:
        """Make the call, unless another one showed that there is no use, or the lease is lost."""
        priority = min((lead.priority for lead in call.leads), key=lambda one: one.rank)
        most = None if self._effect.in_flight is None else self._effect.in_flight.of(priority)
        wanted = self._effect.calls_in(call.leads)
        try:
            with (
                bound_contextvars(**({"call": call.key} if call.key else {})),
                self._slots.some(self._effect.step.party, priority, most, wanted) as at_once,
            ):
                if self._stopped is None:
                    with self._entrance.waiting() as through, self._fenced(through) as sent:
                        yield from self._guarded(call, at_once, sent)
                else:
                    yield _for_all(call.leads, outcome_of(self._stopped))
        except NotReadyError as error:
            self._note(error)
            yield _for_all(call.leads, outcome_of(error))

    @contextmanager
    def _fenced(self, through: Callable[[], None]) -> Iterator[Event]:
        """Within the block the lease is asked before anything goes out; set as soon as anything does."""
        sent = Event()

        def passed() -> None:
            sent.set()
            through()

        with fenced(lambda: self._hold.lost, passed):
            yield sent

    def _guarded(self, call: Call, at_once: int, sent: Event) -> Iterator[dict[str, Outcome]]:
        """Outcomes for all of these leads, whatever happens."""
        waiting = {lead.id: lead for lead in call.leads}
        try:
            look_at_fence()
            for portion in self._effect.send(call.leads, call.key, at_once):
                ours = {key: portion[key] for key in portion if waiting.pop(key, None) is not None}
                if ours:
                    yield self._known(ours)
            rest: Outcome = Doubt("the answer does not name this lead")
        except AlphaSwarmError as error:
            self._note(error)
            rest = outcome_of(error)
        except Exception as error:  # noqa: BLE001 - a bug must not strand a batch
            rest = _own_fault(error, len(waiting), sent=sent.is_set())
        if waiting:
            yield self._known(_for_all(waiting.values(), rest))

    def _resolved(
        self, leads: Sequence[Lead], missing: Mapping[str, Outcome]
    ) -> Generator[dict[str, Outcome]]:
        yield self.resolve(leads, missing)

    def _side_by_side(
        self, acts: Sequence[Callable[[], Iterator[dict[str, Outcome]]]]
    ) -> Generator[dict[str, Outcome]]:
        """What has come after a while makes a portion."""
        come: SimpleQueue[dict[str, Outcome]] = SimpleQueue()
        futures = [self._threads.submit(copy_context().run, _each_into, come, act) for act in acts]
        pending = set(futures)
        while pending:
            done, pending = wait(pending, PORTION_SECONDS)
            for future in done:
                future.result()
            portion = _all_of(come)
            if portion:
                yield portion

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
        if error.provider:
            self._missed.put(error.provider)


def _each_into(
    come: SimpleQueue[dict[str, Outcome]], act: Callable[[], Iterator[dict[str, Outcome]]]
) -> None:
    for portion in act():
        come.put(portion)


def _all_of(come: SimpleQueue[dict[str, Outcome]]) -> dict[str, Outcome]:
    portion: dict[str, Outcome] = {}
    for outcomes in _each_of(come):
        portion |= outcomes
    return portion


def _each_of(come: SimpleQueue[Thing]) -> Iterator[Thing]:
    while not come.empty():
        yield come.get_nowait()


def _own_fault(error: Exception, leads: int, *, sent: bool = True) -> Fault:
    # Nor may one lead bury its batch: it is told apart as after a crash.
    log.error("effect_failed", error=type(error).__name__, leads=leads, exc_info=error)
    return Fault(f"our own fault: {type(error).__name__}", sent)


def _for_all(leads: Collection[Lead], outcome: Outcome) -> dict[str, Outcome]:
    return {lead.id: outcome for lead in leads}
