"""How the whole is: status, health, the flow of leads, and what stands to be seen to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly import parts
from alpha_swarm.desk import Desk
from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.domain.crm.following import following_fact, read_following
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.doors.deletion_lists import FETCHED
from alpha_swarm.domain.health.counts import Counts
from alpha_swarm.domain.health.duties import Duties
from alpha_swarm.domain.health.executions import INBOX
from alpha_swarm.domain.health.health import Signs
from alpha_swarm.domain.health.standing import Watched
from alpha_swarm.domain.health.status import diagnosis, status
from alpha_swarm.domain.health.trends import Course, Used
from alpha_swarm.domain.messages.alerts import topic
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ledger.execution_book import ExecutionBook
from alpha_swarm.pipeline.privacy.auditing import FLAW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.health.flow import Progress
    from alpha_swarm.ledger.transaction import SqlTransaction

#: A ledger that took a beat of the scheduler's within this time takes writes.
_BEATEN_SECONDS = 30.0
_PROBE = "health.probe"
#: The fact in which the share of the required fields stands that the latest results have.
COMPLETE = "quality.required"
#: The fact in which stands how many should have been informed that their data is held.
UNINFORMED = "notices.overdue"
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class _Look:
    """All that is asked for a status, of about one moment."""

    counts: Counts
    depths: Mapping[str, int] | None
    breakers: Mapping[str, BreakerState | None]
    signs: Signs


class Overview(Desk):
    """Questions that change nothing."""

    def status(self) -> dict[str, Any]:
        """What ``status --json`` prints."""
        look = self._look()
        said = status(look.counts, look.depths, self.settings.clay.caps, look.breakers, look.signs)
        return {**said, "limits": self.limits.standing()}

    def health(self) -> dict[str, Any]:
        """``health`` and ``reasons``, each with key, level, text and remedy."""
        look = self._look()
        return diagnosis(look.counts, look.breakers, look.signs, redis=look.depths is not None).shown()

    @property
    def executions(self) -> ExecutionBook:
        """What batches came to."""
        return ExecutionBook(self.ledger)

    def flow(self) -> list[dict[str, Any]]:
        """Each step of this installation in the way of a lead: how many wait, since when, how fast they go.

        Moments are seconds since 1970.
        """
        with self.ledger.read() as tx:
            return [one.shown() for one in tx.flow.steps(parts.hint_batches(self.settings))]

    def watched(self) -> Watched:
        """All that people are told of when it is wrong."""
        with self.ledger.read() as tx:
            halts = tx.pauses.halts()
            caps = tx.spending.stops() if tx.views.holds() else ()
            course = self._course(tx)
            duties = self._duties(tx)
        return Watched(
            halts=halts,
            breakers=self._breaker_states(),
            caps=caps,
            lanes=self.ledger.lanes.figures() if self._by_lanes else None,
            margins=self.settings.clay.margins,
            course=course,
            trail=self.ledger.facts.look(FLAW) or None,
            duties=duties,
        )

    def alerts(self) -> list[dict[str, Any]]:
        """What stands now: key, level, text, remedy, since (seconds since 1970), and whether it was told."""
        with self.ledger.read() as tx:
            standing = list(tx.alerts.standing().values())
            told = tx.outbox.told([topic(one.key, one.since) for one in standing])
        return [
            {
                "key": one.key,
                "level": one.level.value,
                "text": one.text,
                "remedy": one.remedy,
                "since": one.since,
                "told": topic(one.key, one.since) in told,
            }
            for one in standing
            if one.gone_at is None
        ]

    def _course(self, tx: SqlTransaction) -> Course:
        ordered = tx.pauses.current().keys() - {halt.party for halt in tx.pauses.halts()}
        syncs = [Step.sync(one) for one in self.settings.sync_targets if one.value not in ordered]
        complete = self.ledger.facts.look(COMPLETE)
        return Course(
            trends=tx.trends.workflows(),
            stopped=tx.trends.stopped(syncs),
            used=list(self._used(tx)),
            given_up=tx.trends.given_up(),
            complete=float(complete) if complete else None,
            least_complete=self.settings.quality.threshold / 100,
        )

    def _duties(self, tx: SqlTransaction) -> Duties:
        return Duties(
            tasks=tx.duties.tasks(),
            oldest_days=tx.duties.oldest_days(),
            uninformed=int(self.ledger.facts.look(UNINFORMED) or 0),
            returned=tx.duties.returned_lately(),
            drop_days=self.drop_days,
        )

    @property
    def drop_days(self) -> float | None:
        """For how many days no list of DROP's was taken in, where one has to be."""
        if not self.settings.privacy.drop:
            return None
        last = self.ledger.facts.look(FETCHED)
        return (self.clock.now().timestamp() - float(last or 0.0)) / _DAY_SECONDS

    def _used(self, tx: SqlTransaction) -> Iterator[Used]:
        caps = self.settings.clay.caps
        day, month = (reserved + spent for reserved, spent in tx.spending.now)
        for name, used, cap in (
            ("day credits", day.credits, caps.day),
            ("month credits", month.credits, caps.month),
            ("month actions", month.actions, caps.month_actions),
        ):
            if cap:
                yield Used(name=name, used=used, cap=cap)

    def _look(self) -> _Look:
        with self.ledger.read() as tx:
            counts = tx.views.counts()
            progress: dict[str, Progress] = {step.value: one for step, one in tx.flow.progress(Step).items()}
            progress[INBOX] = tx.flow.inbox()
            beaten = tx.views.beaten()
        depths = self._depths()
        # Where the queues cannot be asked, the breakers cannot either.
        breakers = self._breaker_states() if depths is not None else dict.fromkeys(self._parties)
        signs = Signs(
            writable=beaten < _BEATEN_SECONDS or self._takes_writes(),
            space=self._space(),
            progress=progress,
            lanes=self.lanes.report()["notes"] if self._by_lanes else (),
            unfollowed=dict(self._unfollowed()),
        )
        return _Look(counts, depths, breakers, signs)

    def _takes_writes(self) -> bool:
        try:
            self.ledger.facts.put(_PROBE, self.clock.now().isoformat())
        except RetryLaterError:
            return False
        return True

    def _space(self) -> int | None:
        try:
            return shutil.disk_usage(self.settings.home).free
        except OSError:
            return None

    def _unfollowed(self) -> Iterator[tuple[str, str]]:
        """CRMs of which changes cannot be read."""
        for target in self.settings.sync_targets:
            fact = following_fact(System(target.value)) if target.value in set(System) else None
            following = read_following(self.ledger.facts.look(fact) if fact else None)
            if following.stands_still:
                yield target.value, str(following.trouble)

    def _depths(self) -> Mapping[str, int] | None:
        try:
            return self.hints.depths()
        except RetryLaterError:
            return None
