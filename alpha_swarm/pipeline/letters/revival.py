"""What was given up is owed again, or closed because there is nothing left to do."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from alpha_swarm.domain.letters.causes import Way
from alpha_swarm.domain.letters.dead_letters import Resolution
from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.ingest import Ingest
from alpha_swarm.pipeline.refresh import begin_generation
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.domain.letters.dead_letters import Case
    from alpha_swarm.domain.letters.replay_plan import Moot, ReplayRules, Run
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.ledger import Transaction

#: Where a lead stands that is to go through a step again.
_BEFORE = {
    Step.INGEST: State.RECEIVED,
    Step.ENRICH: State.SUBMITTED,
    Step.COLLECT: State.ENRICHING,
}
#: Calls that may not be repeated, by the step that makes them.
_ONCE = {Step.INGEST: Ingest.operation, Step.ENRICH: Enrich.operation}


class Revival:
    """Tries letters again, within a commit that has their leads locked."""

    def __init__(self, rules: ReplayRules) -> None:
        self._rules = rules

    def run(self, tx: Transaction, followups: Followups, runs: Sequence[Run], batch: str) -> None:
        """``batch``: to whom the costs of new generations belong."""
        standing = tx.leads.standing([one.letter.lead_id for one in runs])
        tx.dead_letters.resolve([one.letter.id for one in runs], Resolution.REPLAYED)
        tx.tell(
            Story(lead_id=one.letter.lead_id, kind="replayed", detail={"step": one.letter.step.value})
            for one in runs
        )
        anew = [standing[one.letter.lead_id] for one in runs if one.way is Way.ANEW]
        begin_generation(tx, anew, batch, starts=self._rules.starts)
        again: defaultdict[Step, list[Standing]] = defaultdict(list)
        for one in runs:
            if one.way is Way.AGAIN:
                again[one.letter.step].append(standing[one.letter.lead_id])
        for step, leads in again.items():
            self._owe(tx, followups, step, leads)

    def close(self, tx: Transaction, cases: Sequence[Case], moot: Mapping[str, Moot]) -> None:
        """Those of the cases that are moot."""
        found = {case.letter.id: case.letter for case in cases if case.letter.id in moot}
        tx.dead_letters.resolve(list(found), Resolution.MOOT)
        tx.tell(
            Story(
                lead_id=letter.lead_id,
                kind="letter_closed",
                detail={"step": letter.step.value, "cause": letter.cause, "reason": moot[key].value},
            )
            for key, letter in found.items()
        )

    def _owe(self, tx: Transaction, followups: Followups, step: Step, leads: Sequence[Standing]) -> None:
        if step.target is not None:
            tx.syncs.open({lead.id: [step.target] for lead in leads})
        if step is not Step.WRITE_BACK:
            tx.leads.move({lead.id: _BEFORE.get(step, State.SYNCING) for lead in leads})
        followups.owe(tx, step, leads)
        if step in _ONCE and self._rules.looks_up:
            # An effect may have come late, or by hand: what is there is neither made nor paid for twice.
            tx.calls.doubt(step, _ONCE[step], [lead.id for lead in leads])
