"""Results are asked for: the truth that the webhook only makes faster."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import GONE, LATE, POISON, Done, Gone, outcome_of
from alpha_swarm.domain.calls.retry import collect_wait
from alpha_swarm.domain.health.executions import Tally, Trigger
from alpha_swarm.domain.results.judgement import outdated
from alpha_swarm.domain.states import State, Step
from alpha_swarm.errors import GiveUpError, HaltError, RetryLaterError, WrongAddressError
from alpha_swarm.pipeline.closing import Closing
from alpha_swarm.pipeline.effects.leases import Hold, in_batches, keep_lease, letting_go, suspecting, whoever
from alpha_swarm.pipeline.effects.pausing import pause
from alpha_swarm.pipeline.effects.running import Running
from alpha_swarm.pipeline.enrichment.giving_up import give_up, poison
from alpha_swarm.pipeline.enrichment.ingest import Ingest
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.renewed import with_known
from alpha_swarm.ports.records import Batch, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.calls.effect import Outcome, Refused
    from alpha_swarm.domain.health.executions import Execution
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.pipeline.effects.leases import Take
    from alpha_swarm.pipeline.effects.retries import Retries
    from alpha_swarm.pipeline.results.acceptance import Acceptance
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: Pages of results that share a commit.
_PAGES = 2
#: Between these the next question is drawn when the enricher could not be asked and did not say when it can.
_UNANSWERED_SECONDS = (4.0, 16.0)
_UNSURE = "nobody answered when it was sent, and nobody can be asked"


class Collect:
    """Fetches rows that should be finished by now."""

    def __init__(  # noqa: PLR0913 - named in one place, where all parts are put together
        self,
        ledger: Ledger,
        hints: Hints,
        enricher: Enricher,
        acceptance: Acceptance,
        retries: Retries,
        clock: Clock,
        *,
        first_poll: float,
        soft_deadline: float,
        hard_deadline: float,
    ) -> None:
        self._ledger = ledger
        self._hints = hints
        self._enricher = enricher
        self._acceptance = acceptance
        self._retries = retries
        self._clock = clock
        self._closing = Closing.of(enricher)
        # Where submitting starts, what is kept for a while is a result, and it was paid for.
        self._rows_stay = enricher.capabilities.start_batch > 0
        self._first_poll = first_poll
        self._soft_deadline = soft_deadline
        self._hard_deadline = hard_deadline

    def run(self, lead_ids: Sequence[str]) -> None:
        """Take in those that are finished; the others are asked for again, ever more seldom."""
        in_batches(Step.COLLECT, lead_ids, lambda take: self._once(take, Trigger.COMMAND))

    def run_due(self) -> None:
        """The same for one batch of those whose turn it is."""
        take = whoever(Step.COLLECT, _PAGES * self._enricher.capabilities.fetch_batch)
        self._once(take, Trigger.HINT, tell=self._hints.send)

    def _once(
        self,
        take: Take,
        trigger: Trigger,
        tell: Callable[[Mapping[Step, Sequence[str]]], None] | None = None,
    ) -> Batch | None:
        hold = Hold(self._clock, since=self._clock.monotonic())
        running = Running(Step.COLLECT.value, trigger, self._clock)
        with suspecting(self._ledger, take), self._ledger.begin() as tx:
            batch = take(tx)
            leads = with_known(tx, batch.items) if batch else {}
        if batch is not None:
            if tell is not None and batch.left:
                tell({Step.COLLECT: batch.left})
            with letting_go(self._ledger, batch, self._clock):
                self._perform(batch, leads, hold, running)
        return batch

    def _perform(self, batch: Batch, leads: Mapping[str, Standing], hold: Hold, running: Running) -> None:
        try:
            with keep_lease(self._ledger, batch, hold):
                bad = set(poison(batch))
                rows = self._fetch({key: lead for key, lead in leads.items() if key not in bad})
        except (RetryLaterError, HaltError, GiveUpError) as error:
            self._give_back(batch, leads, error, running)
        else:
            self._write(batch, leads, rows, running)

    def _fetch(self, leads: Mapping[str, Standing]) -> dict[str, RowResult | None]:
        """Lead id → its row, ``None`` for one that two different questions did not find."""
        by_row = {lead.row_id or "": lead.id for lead in leads.values()}
        rows = self._enricher.fetch(list(by_row))
        missing = [row_id for row_id in by_row if row_id not in rows and self._rows_stay]
        confirmed = {row_id: self._enricher.fetch_one(row_id) for row_id in missing}
        if len(missing) > 1 and not rows and not any(confirmed.values()):
            raise WrongAddressError("none of the rows of a whole batch is there: check CLAY_TABLE_ID")
        return {lead_id: rows.get(row_id) or confirmed.get(row_id) for row_id, lead_id in by_row.items()}

    def _write(
        self,
        batch: Batch,
        leads: Mapping[str, Standing],
        rows: Mapping[str, RowResult | None],
        running: Running,
    ) -> None:
        followups = Followups()
        over = {key: row for key, row in rows.items() if row and _is_over(leads[key], row)}
        finished = {key: self._acceptance.judged(row) for key, row in over.items()}
        with self._ledger.begin() as tx:
            tx.leads.lock(batch.items)
            held = tx.work.held(batch)
            taken = {key: judged for key, judged in finished.items() if key in held}
            self._acceptance.take(tx, followups, taken)
            gone = [leads[key] for key, row in rows.items() if key in held and row is None]
            unfinished = [key for key, row in rows.items() if key in held and row and key not in over]
            late = self._late(batch, unfinished)
            ends = {LATE: [leads[key] for key in late]}
            ends[POISON] = [leads[key] for key in poison(batch) if key in held]
            if self._rows_stay:
                self._lose(tx, followups, gone)
            else:
                ends[GONE] = gone
            for why, whom in ends.items():
                give_up(tx, followups, self._closing, batch, whom, why)
            self._wait(tx, batch, set(unfinished).difference(late))
            self._hold_unsure(tx, batch, [leads[key] for key in unfinished if key not in late])
            _note(tx, held, running.ended(_ended(taken, gone, ends)))
            tx.work.release(batch)
        followups.send(self._hints)

    def _wait(self, tx: Transaction, batch: Batch, lead_ids: Collection[str]) -> None:
        waits = {key: collect_wait(batch.items[key].claims, self._first_poll) for key in lead_ids}
        tx.work.postpone(batch, waits)

    def _hold_unsure(self, tx: Transaction, batch: Batch, leads: Sequence[Standing]) -> None:
        """Nobody knows whether these were ever sent, and a second time might cost twice: a person decides."""
        old = [
            lead.id
            for lead in leads
            if batch.items[lead.id].waited >= self._soft_deadline and lead.state is not State.HELD
        ]
        unsure = tx.calls.unsure(Ingest.operation, old) if old else set()
        tx.leads.move(dict.fromkeys(unsure, State.HELD))
        tx.tell(Story(lead_id=key, kind="held", detail={"reason": _UNSURE}) for key in unsure)

    def _lose(self, tx: Transaction, followups: Followups, leads: Sequence[Standing]) -> None:
        tx.work.abandon([lead.id for lead in leads])
        tx.tell(Story(lead_id=lead.id, kind="gone", detail={"step": Step.COLLECT.value}) for lead in leads)
        self._closing.close(tx, followups, [(lead, State.UNENRICHABLE) for lead in leads])

    def _late(self, batch: Batch, lead_ids: Collection[str]) -> list[str]:
        return [key for key in lead_ids if batch.items[key].waited >= self._hard_deadline]

    def _give_back(
        self,
        batch: Batch,
        leads: Mapping[str, Standing],
        error: RetryLaterError | HaltError | GiveUpError,
        running: Running,
    ) -> None:
        followups = Followups()
        with self._ledger.begin() as tx:
            tx.leads.lock(batch.items)
            held = tx.work.held(batch)
            tx.providers.book_missed(Counter(filter(None, [error.provider])))
            if isinstance(error, HaltError):
                pause(tx, batch.step.party, error)
                wait = error.seconds
            else:
                wait = self._later(batch.step.party, error)
            # A refusal answers for this question only; whoever was never answered in time is given up.
            late = self._late(batch, held) if isinstance(error, GiveUpError) else []
            give_up(tx, followups, self._closing, batch, [leads[key] for key in late], LATE)
            tx.work.postpone(batch, {key: wait for key in held if key not in late})
            failed = Tally(missed=len(late)).plus(dict.fromkeys(held, outcome_of(error)))
            _note(tx, held, running.ended(failed))
            tx.work.release(batch)
        followups.send(self._hints)

    def _later(self, party: str, error: RetryLaterError | GiveUpError) -> float:
        if isinstance(error, RetryLaterError) and error.after is not None:
            return max(0.0, error.after)
        return self._retries.turn(party)(*_UNANSWERED_SECONDS)


def _note(tx: Transaction, held: Collection[str], execution: Execution) -> None:
    """Whoever holds nothing any more has got nothing on."""
    if held:
        tx.executions.progressed(execution.workflow)
    tx.executions.add(execution)


def _ended(
    taken: Collection[str], gone: Sequence[Standing], ends: Mapping[Refused, Sequence[Standing]]
) -> Tally:
    outcomes: dict[str, Outcome] = dict.fromkeys(taken, Done())
    outcomes |= {lead.id: Gone("the row is not there any more") for lead in gone}
    outcomes |= {lead.id: why for why, whom in ends.items() for lead in whom}
    return Tally(missed=len(ends[LATE])).plus(outcomes)


def _is_over(lead: Standing, row: RowResult) -> bool:
    return row.finished and not outdated(lead, row.enriched_at)
