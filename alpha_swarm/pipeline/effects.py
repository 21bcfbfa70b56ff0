"""The one way to change something outside: intent, call, outcome.

An intent is committed before the call and its outcome after it. Where a crash, a timeout or a 5xx leaves the
outcome unknown, the other side is asked by our own ids before anything is sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.effect import Again, Done, Doubt, Gone, Outcome, Refused
from alpha_swarm.domain.lead import Lead
from alpha_swarm.domain.states import State
from alpha_swarm.errors import GiveUpError, HaltError, OutcomeUnknownError, RetryLaterError
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.leases import LEASE_SECONDS, keep_lease
from alpha_swarm.pipeline.settlement import RIPE_SECONDS, Settlement
from alpha_swarm.ports.records import Batch, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from alpha_swarm.pipeline.effect import Effect
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Claimed:
    """A batch in hand, sorted by what is known of earlier calls."""

    batch: Batch
    leads: Mapping[str, Lead]
    fresh: list[Lead] = field(default_factory=list)
    doubtful: list[Lead] = field(default_factory=list)
    key: str = ""


class Effects:
    """Runs effects for batches of leads."""

    def __init__(self, ledger: Ledger, hints: Hints, draw: Callable[[float, float], float]) -> None:
        self._ledger = ledger
        self._hints = hints
        self._draw = draw

    def run(self, effect: Effect, lead_ids: Sequence[str]) -> None:
        """Do what is due for these leads; what others have in hand or is not due is passed over."""
        claimed = self._claim(effect, lead_ids)
        if claimed is None:
            return
        with keep_lease(self._ledger, claimed.batch):
            outcomes, halt = self._act(effect, claimed)
        followups = Followups()
        with self._ledger.begin() as tx:
            if halt is not None:
                tx.pauses.pause(effect.step.party, str(halt), halt.seconds)
            settlement = Settlement(tx, effect, claimed.batch, claimed.leads, self._draw, followups)
            settlement.write(outcomes)
        followups.send(self._hints)

    def _claim(self, effect: Effect, lead_ids: Sequence[str]) -> _Claimed | None:
        with self._ledger.begin() as tx:
            batch = tx.work.claim(effect.step, lead_ids, LEASE_SECONDS)
            if batch is None:
                return None
            claimed = _Claimed(batch, tx.leads.load(batch.items))
            self._sort(tx, effect, claimed)
            self._hold_what_is_too_dear(tx, effect, claimed)
            self._plan(tx, effect, claimed)
        return claimed

    @staticmethod
    def _sort(tx: Transaction, effect: Effect, claimed: _Claimed) -> None:
        doubts = {} if effect.repeatable else tx.calls.doubts(effect.operation, claimed.batch.items)
        unripe = {key: RIPE_SECONDS - age for key, age in doubts.items() if age < RIPE_SECONDS}
        tx.work.postpone(claimed.batch, unripe)
        claimed.doubtful = [claimed.leads[key] for key in doubts if key not in unripe]
        claimed.fresh = [lead for key, lead in claimed.leads.items() if key not in doubts]

    @staticmethod
    def _hold_what_is_too_dear(tx: Transaction, effect: Effect, claimed: _Claimed) -> None:
        room = tx.calls.affordable(effect.credits_each, len(claimed.fresh))
        claimed.fresh, dear = claimed.fresh[:room], claimed.fresh[room:]
        if dear:
            wait = tx.calls.until_reset()
            tx.leads.move({lead.id: State.HELD for lead in dear})
            tx.work.postpone(claimed.batch, {lead.id: wait for lead in dear})
            detail = {"reason": "the cap on credits is reached", "wait": round(wait)}
            tx.tell(Story(lead_id=lead.id, kind="held", detail=detail) for lead in dear)
        tx.leads.move({lead.id: State.SUBMITTED for lead in claimed.fresh if lead.state is State.HELD})

    @staticmethod
    def _plan(tx: Transaction, effect: Effect, claimed: _Claimed) -> None:
        if not claimed.fresh:
            return
        generations = {lead.id: lead.generation for lead in claimed.fresh}
        claimed.key = idempotency_key(effect.operation, generations)
        tx.calls.plan(
            operation=effect.operation,
            target=effect.step.party,
            key=claimed.key,
            lease=claimed.batch.lease,
            generations=generations,
            credits_each=effect.credits_each,
        )

    def _act(self, effect: Effect, claimed: _Claimed) -> tuple[dict[str, Outcome], HaltError | None]:
        outcomes: dict[str, Outcome] = {}
        halts: list[HaltError] = []
        if claimed.doubtful:
            outcomes |= self._guarded(
                claimed.doubtful, halts, lambda: self._resolve(effect, claimed.doubtful)
            )
            # A look-up that failed says nothing of the call that it was about.
            outcomes = {key: _still_unknown(outcome) for key, outcome in outcomes.items()}
        if claimed.fresh:
            sent = self._guarded(claimed.fresh, halts, lambda: effect.send(claimed.fresh, claimed.key))
            outcomes |= (
                {key: _repeat(outcome) for key, outcome in sent.items()} if effect.repeatable else sent
            )
        return outcomes, halts[0] if halts else None

    @staticmethod
    def _resolve(effect: Effect, leads: Sequence[Lead]) -> Mapping[str, Outcome]:
        found = effect.look_up(leads)
        missing = Again("an earlier call took no effect", after=0.0)
        return {lead.id: found.get(lead.id, missing) for lead in leads}

    @staticmethod
    def _guarded(
        leads: Sequence[Lead], halts: list[HaltError], act: Callable[[], Mapping[str, Outcome]]
    ) -> dict[str, Outcome]:
        """Outcomes for all of these leads, whatever happens to the call."""
        try:
            answered = act()
        except HaltError as error:
            halts.append(error)
            return _for_all(leads, Again(str(error), error.seconds, burns_attempt=False))
        except RetryLaterError as error:
            return _for_all(leads, Again(str(error), error.after, error.burns_attempt))
        except GiveUpError as error:
            return _for_all(leads, Refused(error.cause, str(error)))
        except OutcomeUnknownError as error:
            return _for_all(leads, Doubt(str(error)))
        except (
            Exception
        ) as error:  # a bug must not strand a batch: what it left behind is looked up like a crash
            log.exception("effect_failed", error=type(error).__name__, leads=len(leads))
            return _for_all(leads, Doubt(f"our own fault: {type(error).__name__}"))
        silent = Doubt("the answer does not name this lead")
        return {lead.id: answered.get(lead.id, silent) for lead in leads}


def idempotency_key(operation: str, generations: Mapping[str, int]) -> str:
    """The same leads in the same generation give the same key, whatever their order."""
    names = [f"{lead_id}:{generation}" for lead_id, generation in sorted(generations.items())]
    return hashlib.sha256("\n".join([operation, *names]).encode()).hexdigest()


def _for_all(leads: Iterable[Lead], outcome: Outcome) -> dict[str, Outcome]:
    return {lead.id: outcome for lead in leads}


def _still_unknown(outcome: Outcome) -> Outcome:
    resolved = isinstance(outcome, Done | Gone) or (isinstance(outcome, Again) and outcome.after == 0.0)
    return outcome if resolved else Doubt("the look-up failed")


def _repeat(outcome: Outcome) -> Outcome:
    return Again(outcome.reason) if isinstance(outcome, Doubt) else outcome
