"""Writes down what became of a batch: one commit, and only for leads that are still ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from alpha_swarm.domain.calls.effect import (
    EXHAUSTED,
    POISON,
    Again,
    Done,
    Doubt,
    Fault,
    Gone,
    Held,
    Outcome,
    Refused,
    Unasked,
)
from alpha_swarm.domain.calls.retry import next_wait
from alpha_swarm.domain.leads.lead import Lead
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.effects.effect import Effect
from alpha_swarm.pipeline.effects.retries import Retries, Turn
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.ports.ledger import Transaction
from alpha_swarm.ports.records import Batch, Death, Story

Kind = TypeVar("Kind", Again, Done, Doubt, Fault, Gone, Held, Refused, Unasked)

#: Waits that follow each other in seconds would drown a lead's story.
_WORTH_TELLING_SECONDS = 30.0
#: What says nothing of the lead, such as a lost answer, uses up no attempt, but not for ever.
PATIENCE_SECONDS = 900.0
#: An effect comes within this many seconds of its request, or not at all: look-ups wait that long.
RIPE_SECONDS = 6.0
#: Somebody may have decided by then.
_UNDECIDED_SECONDS = 86_400.0
_NOW = Turn(0.0, 0.0)
_CALL_STATES: dict[type, str] = {
    Done: "done",
    Doubt: "unknown",
    Fault: "unknown",
    Again: "failed",
    Held: "failed",
    Refused: "failed",
    Gone: "failed",
}


@dataclass(frozen=True, slots=True)
class Settlement:
    """Turns the outcomes of one batch into what the ledger says."""

    tx: Transaction
    effect: Effect
    batch: Batch
    leads: Mapping[str, Lead]
    retries: Retries
    followups: Followups

    def write(self, outcomes: Mapping[str, Outcome]) -> Mapping[str, Outcome]:
        """Apply each outcome; what another worker took over meanwhile is its business.

        The answer is what was applied.
        """
        self.tx.leads.lock(self.batch.items)
        held = self.tx.work.held(self.batch)
        ours = {key: outcome for key, outcome in outcomes.items() if key in held}
        late = [self.leads[key] for key in outcomes if key in self.leads and key not in held]
        if late:
            self.effect.overtaken(self.tx, self.followups, late)
        states = {key: _call_state(one) for key, one in ours.items() if not isinstance(one, Unasked)}
        self.tx.calls.settle(self.effect.operation, states)
        self._count(ours)
        done = {**_only(Done, ours), **self._presumed(_only(Doubt, ours))}
        self.effect.done(self.tx, self.followups, [self.leads[key] for key in done], done)
        self._doubt({key: doubt for key, doubt in _only(Doubt, ours).items() if key not in done})
        self._ask_again(_only(Unasked, ours))
        self._try_again(_only(Again, ours))
        self._hold(_only(Held, ours))
        self._suspect(_only(Fault, ours))
        self._bury(_only(Refused, ours))
        self._lose(_only(Gone, ours))
        return {**ours, **done}

    def _presumed(self, doubts: Mapping[str, Doubt]) -> dict[str, Done]:
        found = {key: self.effect.presumed(self.leads[key]) for key in doubts}
        return {key: done for key, done in found.items() if done is not None}

    def _doubt(self, doubts: Mapping[str, Doubt]) -> None:
        self.tx.work.postpone(self.batch, dict.fromkeys(doubts, RIPE_SECONDS))
        self.tx.tell(
            self._story(key, "outcome_unknown", reason=doubt.reason) for key, doubt in doubts.items()
        )

    def _ask_again(self, unasked: Mapping[str, Unasked]) -> None:
        # The doubt stays as it is, so that the next look-up is about the very same call.
        waits = {key: one.after for key, one in unasked.items() if one.after is not None}
        if len(waits) < len(unasked):
            turn = self.retries.turn(self.effect.step.party)
            soon = next_wait(attempts=1, after=None, burns=False, draw=turn) or 0.0
            waits = dict.fromkeys(unasked, soon) | waits
        self.tx.work.postpone(self.batch, waits)

    def _try_again(self, outcomes: Mapping[str, Again]) -> None:
        failed = {key: self._patiently(key, again) for key, again in outcomes.items()}
        waits = {key: self._wait(key, again, turn) for key, again, turn in self._in_turn(failed)}
        later = {key: wait for key, wait in waits.items() if wait is not None}
        self.tx.work.postpone(self.batch, later, [key for key in later if failed[key].burns_attempt])
        self.tx.tell(
            self._story(key, "waits", reason=failed[key].reason, seconds=round(wait, 1))
            for key, wait in later.items()
            if failed[key].burns_attempt
            or wait >= _WORTH_TELLING_SECONDS
            or self.batch.items[key].claims == 1
        )
        exhausted = {key: failed[key].reason for key in failed if key not in later}
        self._bury({key: Refused(EXHAUSTED, why, kind="transient") for key, why in exhausted.items()})

    def _patiently(self, lead_id: str, again: Again) -> Again:
        patient = again.unanswered and self.batch.items[lead_id].waited < PATIENCE_SECONDS
        return replace(again, burns_attempt=False) if patient else again

    def _hold(self, held: Mapping[str, Held]) -> None:
        if held:
            self.tx.work.postpone(self.batch, dict.fromkeys(held, _UNDECIDED_SECONDS))
            self.tx.leads.move(dict.fromkeys(held, State.HELD))
            news = [key for key in held if self.leads[key].state is not State.HELD]
            self.tx.tell(self._story(key, "held", reason=held[key].reason) for key in news)

    def _suspect(self, faults: Mapping[str, Fault]) -> None:
        self.tx.work.drop(self.batch, faults)
        self.tx.tell(self._story(key, "suspected", reason=fault.reason) for key, fault in faults.items())

    def _count(self, outcomes: Mapping[str, Outcome]) -> None:
        """First attempts, in calls."""
        first = sum(self.batch.items[key].attempts == 0 and _was_called(one) for key, one in outcomes.items())
        if first:
            self.retries.attempted(self.effect.step.party, -(-first // self.effect.leads_a_call))

    def _in_turn(self, failed: Mapping[str, Again]) -> Iterator[tuple[str, Again, Turn]]:
        """Leads that fit in one call have one turn; who was told when to come needs none."""
        drawn = 0
        turn = _NOW
        for key, again in failed.items():
            if again.after is None:
                if drawn % self.effect.leads_a_call == 0:
                    turn = self.retries.turn(self.effect.step.party)
                drawn += 1
            yield key, again, turn

    def _wait(self, lead_id: str, again: Again, turn: Turn) -> float | None:
        item = self.batch.items[lead_id]
        used = item.attempts + int(again.burns_attempt)
        # What uses up no attempt waits longer each time all the same.
        tries = used if again.burns_attempt else max(used, again.tries or item.claims // 2, 1)
        return next_wait(
            attempts=tries,
            after=again.after,
            burns=again.burns_attempt,
            draw=turn,
            most=self.effect.attempts,
        )

    def _bury(self, refused: Mapping[str, Refused]) -> None:
        if not refused:
            return
        self.tx.dead_letters.add([self._death(key, refusal) for key, refusal in refused.items()])
        self.tx.work.finish(self.effect.step, refused)
        self.tx.tell(
            self._story(key, "dead", cause=refusal.cause, reason=refusal.reason)
            for key, refusal in refused.items()
        )
        self.effect.dead(self.tx, self.followups, [self.leads[key] for key in refused])

    def _lose(self, lost: Mapping[str, Gone]) -> None:
        if lost:
            self.tx.tell(self._story(key, "gone", reason=outcome.reason) for key, outcome in lost.items())
            self.effect.gone(self.tx, self.followups, [self.leads[key] for key in lost])

    def _story(self, lead_id: str, kind: str, **detail: Any) -> Story:
        return Story(lead_id=lead_id, kind=kind, detail={"step": self.effect.step.value, **detail})

    def _death(self, lead_id: str, refusal: Refused) -> Death:
        return Death(
            lead_id=lead_id,
            step=self.effect.step,
            cause=refusal.cause,
            kind=refusal.kind,
            error=refusal.reason,
            attempts=self.batch.items[lead_id].attempts + 1,
        )


def _call_state(outcome: Outcome) -> str:
    # What poison did at the other side nobody knows; its credits stay reserved.
    if isinstance(outcome, Fault) and not outcome.sent:
        return "failed"
    return "unknown" if outcome == POISON else _CALL_STATES[type(outcome)]


def _was_called(outcome: Outcome) -> bool:
    """Whether a call was made for the lead; who is to come at a given time may never have got there."""
    return not isinstance(outcome, Unasked) and not (isinstance(outcome, Again) and outcome.after is not None)


def _only(kind: type[Kind], outcomes: Mapping[str, Outcome]) -> dict[str, Kind]:
    return {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, kind)}
