"""Which queue, which job and how many leads a job belong to a step: data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step, Target

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

INGEST = "ingest"
ENRICH = "enrich"
DEAD_LETTERS = "dlq"

SUBMIT = "jobs.ingest.submit"
START = "jobs.enrich.start"
COLLECT = "jobs.enrich.collect"
WRITE_BACK = "jobs.ingest.write_back"
READ_INBOX = "jobs.enrich.read_inbox"
PUSH = "jobs.sync.push"
REPLAY = "jobs.dlq.replay"
ADVANCE = "jobs.dlq.advance"
TIDY = "jobs.maintenance.tidy"
NOTIFY = "jobs.maintenance.notify"
PULL = "jobs.maintenance.pull"
CARRY_OUT = "jobs.maintenance.carry_out"
TELL_OF_YESTERDAY = "jobs.maintenance.tell_of_yesterday"
KEEP_REPORT = "jobs.maintenance.keep_report"
RECONCILE = "jobs.maintenance.reconcile"
REFRESH = "jobs.maintenance.refresh"
BRING_IN_LATE = "jobs.maintenance.bring_in_late"
CARRY_OUT_RIGHTS = "jobs.maintenance.carry_out_rights"
RETAIN = "jobs.maintenance.retain"
ANCHOR = "jobs.maintenance.anchor"

#: What a worker performs; a job that names anything else is dropped unread.
ALLOWED = frozenset(
    {
        *(SUBMIT, START, COLLECT, WRITE_BACK, READ_INBOX, PUSH, REPLAY, ADVANCE),
        *(TIDY, NOTIFY, PULL, CARRY_OUT, RECONCILE, REFRESH, TELL_OF_YESTERDAY, KEEP_REPORT, BRING_IN_LATE),
        *(CARRY_OUT_RIGHTS, RETAIN, ANCHOR),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where the hints of a step go."""

    queue: str
    function: str
    batch: int
    """Leads a job, unless settings say otherwise."""
    verb: str
    """For the job's description, which never holds arguments."""
    target: Target | None = None
    """Passed to the job before the ids."""


def _sync(target: Target, batch: int) -> Route:
    return Route(queue=Step.sync(target).value, function=PUSH, batch=batch, verb="sync", target=target)


ROUTES: Mapping[Step, Route] = {
    Step.INGEST: Route(queue=INGEST, function=SUBMIT, batch=50, verb="submit"),
    Step.ENRICH: Route(queue=ENRICH, function=START, batch=25, verb="enrich"),
    Step.COLLECT: Route(queue=ENRICH, function=COLLECT, batch=100, verb="collect"),
    # Both bring rows into Clay, and the queue of the results has enough to do.
    Step.WRITE_BACK: Route(queue=INGEST, function=WRITE_BACK, batch=100, verb="write back"),
    Step.SYNC_GHL: _sync(Target.GHL, 50),
    Step.SYNC_INSTANTLY: _sync(Target.INSTANTLY, 100),
    Step.SYNC_HUBSPOT: _sync(Target.HUBSPOT, 100),
    Step.SYNC_SALESFORCE: _sync(Target.SALESFORCE, 200),
}


def queues(targets: Collection[Target]) -> tuple[str, ...]:
    """The queues of an installation with these CRMs; each needs a worker."""
    return (
        INGEST,
        ENRICH,
        *(Step.sync(target).value for target in Target if target in targets),
        DEAD_LETTERS,
    )
