"""Replays on their way: each looks at what became of those that have begun before it lets more begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.letters.replay_plan import plan
from alpha_swarm.domain.letters.replay_ramp import (
    NEEDED,
    End,
    ReplayState,
    Tally,
    Verdict,
    came_through,
    end_of,
    verdict,
)
from alpha_swarm.domain.messages import alerts
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.letters.revival import Revival

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.letters.replay_plan import ReplayPlan, ReplayRules
    from alpha_swarm.domain.letters.replay_ramp import Replay
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

log = structlog.get_logger(__name__)

#: Letters a commit.
_PAGE = 100


class Ramp:
    """Drives all replays; all it knows stands in the ledger, so any process can go on with it."""

    def __init__(self, ledger: Ledger, hints: Hints, rules: ReplayRules) -> None:
        self._ledger = ledger
        self._hints = hints
        self._rules = rules
        self._revival = Revival(rules)

    def run(self) -> None:
        """Once round."""
        with self._ledger.read() as tx:
            active, stopped = tx.replays.active(), tx.replays.unfinished()
        for replay_id in active:
            self._begin(replay_id)
            while self._look(replay_id):
                self._begin(replay_id)
        for replay_id in stopped:
            with self._ledger.begin() as tx:
                _mark(tx, replay_id)

    def _begin(self, replay_id: str) -> None:
        """Whatever the present stage still has to begin."""
        while self._page(replay_id):
            pass

    def _page(self, replay_id: str) -> int:
        followups = Followups()
        with self._ledger.begin() as tx:
            replay = tx.replays.hold(replay_id)
            waiting = tx.replays.waiting(replay, _PAGE) if replay else {}
            if waiting:
                self._revive(tx, followups, replay_id, waiting)
        followups.send(self._hints)
        return len(waiting)

    def _revive(
        self, tx: Transaction, followups: Followups, replay_id: str, waiting: Mapping[str, str]
    ) -> None:
        """Looked at once more: what has happened to them since the plan nobody does again."""
        tx.leads.lock(set(waiting.values()))
        cases = tx.dead_letters.cases(list(waiting))
        now = plan(cases, self._rules, own=waiting)
        self._revival.close(tx, cases, now.moot)
        self._revival.run(tx, followups, now.runs, replay_id)
        tx.replays.started(replay_id, now.runs)
        tx.replays.mark(replay_id, _not_run(waiting, now))

    def _look(self, replay_id: str) -> bool:
        """Whether another stage has begun."""
        with self._ledger.begin() as tx:
            replay = tx.replays.hold(replay_id)
            if replay is None:
                return False
            _mark(tx, replay_id)
            return self._decide(tx, replay)

    def _decide(self, tx: Transaction, replay: Replay) -> bool:
        tally = _tally(tx.replays.stage_counts(replay))
        match verdict(tally, last=replay.is_last):
            case Verdict.WAIT:
                return False
            case Verdict.STOP:
                self._stop(tx, replay, tally)
                return False
            case Verdict.GO_ON if replay.is_last:
                self._end(tx, replay, tally)
                return False
            case _:
                tx.replays.move(replay.id, replay.stage + 1)
                return True

    @staticmethod
    def _stop(tx: Transaction, replay: Replay, tally: Tally) -> None:
        why = (
            f"of the {tally.telling} letters of stage {replay.stage + 1}, {tally.died} died again, and"
            f" {NEEDED} in a hundred have to come through; the others are untouched"
        )
        if tx.replays.end(replay.id, ReplayState.STOPPED, why):
            log.warning("replay_stopped", replay=replay.id, died=tally.died, of=tally.telling)
            tx.outbox.add([alerts.replay_failed(replay.id, why)])

    @staticmethod
    def _end(tx: Transaction, replay: Replay, tally: Tally) -> None:
        """Nothing is left to be stopped; that many died again is worth an alert all the same."""
        bad = not came_through(tally)
        why = f"of its last stage {tally.died} letters of {tally.telling} died again" if bad else None
        if tx.replays.end(replay.id, ReplayState.DONE, why):
            log.info("replay_done", replay=replay.id, letters=replay.planned, died=tally.died)
            tx.outbox.add([alerts.replay_failed(replay.id, why)] if why else [])


def _mark(tx: Transaction, replay_id: str) -> None:
    """What has ended by now."""
    ends = {one.letter_id: end for one in tx.replays.begun(replay_id) if (end := end_of(one))}
    tx.replays.mark(replay_id, {key: end.value for key, end in ends.items()})


def _not_run(waiting: Mapping[str, str], now: ReplayPlan) -> dict[str, str]:
    """What is not open any more somebody else has seen to."""
    ran = {one.letter.id for one in now.runs}
    return {key: "left" if key in now.left else End.MOOT.value for key in waiting if key not in ran}


def _tally(counts: Mapping[str, int]) -> Tally:
    moot = counts.get(End.MOOT.value, 0) + counts.get("left", 0)
    return Tally(
        size=sum(counts.values()),
        well=counts.get(End.WELL.value, 0),
        died=counts.get(End.DIED.value, 0),
        moot=moot,
    )
