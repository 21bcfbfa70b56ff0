"""Results that nobody can be asked for: they come by themselves, or their leads are sent once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import POISON, UNANSWERED
from alpha_swarm.domain.health.executions import Tally, Trigger
from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.effects.leases import in_batches, letting_go, suspecting, wait_for_values, whoever
from alpha_swarm.pipeline.effects.running import Running
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.giving_up import give_up, poison
from alpha_swarm.pipeline.enrichment.ingest import Ingest
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.ports.records import Batch, Sends, Story

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.results.deadlines import Deadlines
    from alpha_swarm.pipeline.closing import Closing
    from alpha_swarm.pipeline.effects.leases import Take
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: Leads a commit.
_LEADS = 250
_MISSED = "callback_missed"


class Await:
    """Looks after the deadlines of callbacks."""

    def __init__(
        self,
        ledger: Ledger,
        hints: Hints,
        closing: Closing,
        clock: Clock,
        deadlines: Deadlines,
    ) -> None:
        self._ledger = ledger
        self._hints = hints
        self._closing = closing
        self._clock = clock
        self._deadlines = deadlines

    def run(self, lead_ids: Sequence[str]) -> None:
        """Those of these whose deadline has come."""
        in_batches(Step.COLLECT, lead_ids, lambda take: self._once(take, Trigger.COMMAND))

    def run_due(self) -> None:
        """The same for one batch of those whose turn it is."""
        self._once(whoever(Step.COLLECT, _LEADS), Trigger.HINT)

    def _once(self, take: Take, trigger: Trigger) -> Batch | None:
        running = Running(Step.COLLECT.value, trigger, self._clock)
        with suspecting(self._ledger, take), self._ledger.begin() as tx:
            batch = take(tx)
        if batch is not None:
            if batch.left:
                self._hints.send({Step.COLLECT: batch.left})
            with letting_go(self._ledger, batch, self._clock):
                self._judge(batch, running)
        return batch

    def _judge(self, batch: Batch, running: Running) -> None:
        followups = Followups()
        with self._ledger.begin() as tx:
            tx.leads.lock(batch.items)
            leads = tx.leads.load(tx.work.held(batch), history=False)
            wait_for_values(tx, batch, leads)
            bad = [key for key in poison(batch) if key in leads]
            sends = _sends(tx, batch, leads.keys() - bad)
            late = [key for key, one in sends.items() if self._deadlines.late(one.seconds)]
            missed = [key for key, one in sends.items() if self._deadlines.missed(one.number, one.seconds)]
            give_up(tx, followups, self._closing, batch, [leads[key] for key in late], UNANSWERED)
            give_up(tx, followups, self._closing, batch, [leads[key] for key in bad], POISON)
            self._send_again(tx, followups, [leads[key] for key in missed])
            done = {*late, *missed}
            waiting = {key: one for key, one in sends.items() if key not in done}
            until = self._deadlines.until_next
            tx.work.postpone(batch, {key: until(one.number, one.seconds) for key, one in waiting.items()})
            failed = dict.fromkeys(late, UNANSWERED.cause) | dict.fromkeys(missed, _MISSED)
            failed |= dict.fromkeys(bad, POISON.cause)
            if leads:
                tx.executions.progressed(Step.COLLECT.value)
            tx.executions.add(running.ended(Tally(failed=failed, missed=len(done))))
            tx.work.release(batch)
        followups.send(self._hints)

    def _send_again(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """Under the same name: should both be answered, the second answer is known for what it is."""
        missed = [lead.id for lead in leads]
        tx.calls.fall_silent(Ingest.operation, missed)
        tx.work.finish(Step.COLLECT, missed)
        tx.leads.move(dict.fromkeys(missed, State.SUBMITTED))
        detail = {"seconds": self._deadlines.soft}
        tx.tell(Story(lead_id=key, kind=_MISSED, detail=detail) for key in missed)
        followups.owe(tx, Step.INGEST, leads)


def _sends(tx: Transaction, batch: Batch, lead_ids: Collection[str]) -> dict[str, Sends]:
    """What another transport has started is not ours to send again: it is awaited from when it was owed."""
    started = tx.calls.sends(Enrich.operation, lead_ids)
    ours = tx.calls.sends(Ingest.operation, set(lead_ids).difference(started))
    waited = {key: batch.items[key].waited for key in lead_ids}
    none = {key: Sends(number=0, seconds=since) for key, since in waited.items()}
    return {**none, **ours}
