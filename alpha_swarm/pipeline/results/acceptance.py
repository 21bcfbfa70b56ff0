"""A result is taken in: checked, scored, routed, in one commit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.calls.effect import EXHAUSTED, LATE, POISON, UNANSWERED
from alpha_swarm.domain.letters.causes import ENRICHMENT_FAILED
from alpha_swarm.domain.messages import alerts
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.privacy.rights import OWN_NAMES, Right
from alpha_swarm.domain.results.judgement import outdated
from alpha_swarm.domain.states import EnrichmentStatus, LegalBasis, State, Step
from alpha_swarm.pipeline.renewed import with_known
from alpha_swarm.pipeline.results.known_again import known_again
from alpha_swarm.ports.records import Death, Story
from alpha_swarm.ports.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import Enrichment, RowResult
    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.domain.leads.scoring import Score
    from alpha_swarm.pipeline.closing import Closing
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.pipeline.results.dispatch import Dispatch
    from alpha_swarm.pipeline.results.judging import Judged, Judging
    from alpha_swarm.pipeline.results.known_companies import KnownCompanies
    from alpha_swarm.ports.ledger import Transaction

log = structlog.get_logger(__name__)

#: A result is awaited in these states; in all others it has been taken in before.
_EXPECTING = frozenset({State.SUBMITTED, State.ENRICHING, State.HELD})
#: Where and why a lead can be given up whose result comes all the same.
_BEFORE_RESULT = (Step.INGEST, Step.ENRICH, Step.COLLECT)
_NO_RESULT = (LATE.cause, UNANSWERED.cause, POISON.cause, EXHAUSTED)
_ENDS = {
    EnrichmentStatus.FAILED: State.DEAD,
    EnrichmentStatus.UNENRICHABLE: State.UNENRICHABLE,
}


#: In these a lead has its result.
_ENDED = frozenset({State.SYNCING, State.SYNCED, State.UNENRICHABLE})
FOUND = "known by what was found"
#: What is held of somebody who was forgotten meanwhile is nobody's business any more.
_USUAL_BASIS = LegalBasis.LEGITIMATE_INTEREST
_REMEDY = "rows were enriched again without being asked: see to auto-update of the table, it costs credits"


class Acceptance:
    """Takes in finished rows, however they came."""

    def __init__(
        self,
        judging: Judging,
        dispatch: Dispatch,
        closing: Closing,
        companies: KnownCompanies | None = None,
        *,
        unasked: bool,
    ) -> None:
        """``companies`` completes results; ``None``: they stay as they came.

        ``unasked``: whether results come by themselves only. Then one may come before the submission is known
        to have been made, and a second one is a new one, and not the first one told again.
        """
        self._judging = judging
        self._companies = companies
        self._dispatch = dispatch
        self._closing = closing
        self._unasked = unasked
        self._expecting = _EXPECTING | {State.RECEIVED} if unasked else _EXPECTING

    def judged(self, row: RowResult) -> Judged:
        """What a finished row comes to."""
        return self._judging.judged(row)

    def take(self, tx: Transaction, followups: Followups, judged: Mapping[str, Judged]) -> None:
        """Lead id → what its row comes to; a lead that expects none is left as it is, re-runs aside."""
        tx.leads.lock(judged)
        judged = self._permitted(tx, self._put_right(tx, judged))
        leads = {key: lead for key, lead in with_known(tx, judged).items() if self._is_news(lead, judged)}
        expecting = self._waiting(tx, leads)
        self._apply(tx, followups, expecting, {key: judged[key] for key in expecting})
        again = self._changed(tx, [lead for key, lead in leads.items() if key not in expecting], judged)
        if again:
            self._tell_reruns(tx, again)
            self._apply(tx, followups, {key: leads[key] for key in again}, again)

    def _put_right(self, tx: Transaction, judged: Mapping[str, Judged]) -> Mapping[str, Judged]:
        """What a person put right no result undoes."""
        pins = tx.pins.of(judged)
        if not pins:
            return judged
        return {**judged} | {
            key: self._judging.put_right(judged[key], theirs) for key, theirs in pins.items()
        }

    def _permitted(self, tx: Transaction, judged: Mapping[str, Judged]) -> Mapping[str, Judged]:
        """Without what the privacy policy does not let us hold of these persons."""
        if self._judging.permits_all or not judged:
            return judged
        inputs = tx.leads.inputs(judged) if self._judging.asks_consent else {}
        return {
            key: self._judging.permitted(one, inputs[key].basis if key in inputs else _USUAL_BASIS)
            for key, one in judged.items()
        }

    def _is_news(self, lead: Standing, judged: Mapping[str, Judged]) -> bool:
        # What comes by itself names its generation; the moments that a table writes may be anything.
        return self._unasked or not outdated(lead, judged[lead.id][0].enriched_at)

    def _changed(
        self, tx: Transaction, leads: Sequence[Standing], judged: Mapping[str, Judged]
    ) -> dict[str, Judged]:
        """Leads that have a result, and another one now."""
        ended = [lead.id for lead in leads if lead.state in _ENDED]
        failed = [lead.id for lead in leads if lead.state is State.DEAD and not _failed(judged[lead.id][0])]
        if not self._unasked or not (ended or failed):
            return {}
        mended = tx.dead_letters.overtake(failed, (Step.ENRICH,), (ENRICHMENT_FAILED,)) if failed else set()
        # A number that was kept out of the first result is no news in the second.
        judged = self._without_phones(judged, known_again(tx, {key: judged[key] for key in ended})[1])
        known = tx.leads.load([*ended, *mended], history=False)
        before = {key: lead.enrichment for key, lead in known.items() if lead.enrichment}
        found = {key: self._judging.merged(one, judged[key][0]) for key, one in before.items()}
        found |= {key: judged[key] for key in mended}
        return {key: one for key, one in found.items() if one is not None}

    @staticmethod
    def _tell_reruns(tx: Transaction, again: Mapping[str, Judged]) -> None:
        log.warning("rerun_detected", leads=len(again), remedy=_REMEDY)
        tx.outbox.add([alerts.reruns(len(again), _REMEDY)])
        tx.tell(Story(lead_id=key, kind="rerun") for key in again)
        tx.calls.charge_again({key: _cost(found) for key, (found, _) in again.items()})

    def _waiting(self, tx: Transaction, leads: Mapping[str, Standing]) -> dict[str, Standing]:
        """Those who wait, and those who were given up while their result was on its way."""
        dead = [key for key, lead in leads.items() if lead.state is State.DEAD]
        revived = tx.dead_letters.overtake(dead, _BEFORE_RESULT, _NO_RESULT) if dead else set()
        if self._unasked and dead:
            # Whatever it was refused for the last time: an earlier submission of it was not.
            revived |= tx.dead_letters.overtake(dead, (Step.INGEST,))
        return {key: lead for key, lead in leads.items() if lead.state in self._expecting or key in revived}

    def _apply(
        self,
        tx: Transaction,
        followups: Followups,
        leads: Mapping[str, Standing],
        results: Mapping[str, Judged],
    ) -> None:
        # The work before the budget, as whoever claims it does: so neither waits for the other.
        tx.work.abandon(list(leads))
        leads, results = self._unsuppressed(tx, leads, results)
        if self._companies is not None and results:
            results = self._permitted(tx, self._companies.complete(tx, results))
        tx.leads.enriched(results)
        tx.providers.book(self._judging.parts(results.values()))
        _charge(tx, {key: found for key, (found, _) in results.items()})
        withheld = Counter(name for found, _ in results.values() for name in found.withheld)
        tx.withheld.count(Step.ENRICH.party, Withheld.STRIPPED, withheld)
        tx.tell(story for key, (found, points) in results.items() for story in _stories(key, found, points))
        self._send_on(tx, followups, leads, results)

    def _unsuppressed(
        self, tx: Transaction, leads: Mapping[str, Standing], results: Mapping[str, Judged]
    ) -> tuple[Mapping[str, Standing], Mapping[str, Judged]]:
        """Without those who turn out to be somebody who is not to come back: nothing of that is kept.

        What else they are known by is theirs, and keeps them out before anything is spent on them again. A
        number that was found for them may be others' as well: nobody said it, so it is put on no list.
        """
        kept_out, others = known_again(tx, results)
        results = self._without_phones(results, others)
        if not kept_out:
            return leads, results
        _charge(tx, {key: results[key][0] for key in kept_out})
        tx.rights.begin(Right.ERASURE, kept_out, why=FOUND, suppresses=OWN_NAMES)
        log.warning("suppressed_by_result", leads=len(kept_out))
        return (
            {key: lead for key, lead in leads.items() if key not in kept_out},
            {key: judged for key, judged in results.items() if key not in kept_out},
        )

    def _without_phones(
        self, results: Mapping[str, Judged], lead_ids: Collection[str]
    ) -> Mapping[str, Judged]:
        return {**results} | {key: self._judging.without(results[key], ("phone",)) for key in lead_ids}

    def _send_on(
        self,
        tx: Transaction,
        followups: Followups,
        leads: Mapping[str, Standing],
        results: Mapping[str, Judged],
    ) -> None:
        routed = self._dispatch.send(tx, followups, leads, results)
        self._bury_failed(tx, {key: found for key, (found, _) in results.items()})
        self._closing.close(
            tx,
            followups,
            [(lead, _end(results[key][0])) for key, lead in leads.items() if key not in routed],
        )

    @staticmethod
    def _bury_failed(tx: Transaction, found: Mapping[str, Enrichment]) -> None:
        # Another try is another charge, so no replay happens by itself.
        failed = [key for key, result in found.items() if _failed(result)]
        tx.dead_letters.add(
            [
                Death(
                    lead_id=key,
                    step=Step.ENRICH,
                    cause=ENRICHMENT_FAILED,
                    kind="permanent",
                    error="the enricher reported an error for this row",
                    attempts=1,
                )
                for key in failed
            ]
        )


def _charge(tx: Transaction, found: Mapping[str, Enrichment]) -> None:
    spent = {key: _cost(one) for key, one in found.items()}
    tx.calls.charge(spent, [key for key, one in found.items() if one.credits_reported])


def _cost(found: Enrichment) -> Cost:
    return Cost(found.credits_used or 0.0, found.actions_used)


def _failed(found: Enrichment) -> bool:
    return found.status is EnrichmentStatus.FAILED


def _end(found: Enrichment) -> State:
    return _ENDS.get(found.status, State.SYNCED)


def _stories(lead_id: str, found: Enrichment, points: Score) -> Iterator[Story]:
    yield Story(
        lead_id=lead_id,
        kind="enriched",
        detail={
            "status": found.status.value,
            "credits": found.credits_used,
            "providers": [use.name for use in found.providers],
            "dropped": [list(pair) for pair in found.dropped],
            **({"withheld": list(found.withheld)} if found.withheld else {}),
        },
    )
    detail = {"total": points.total, "tier": points.tier.value, "points": dict(points.points)}
    yield Story(lead_id=lead_id, kind="scored", detail=detail)
