"""What is done again and again: data."""

from __future__ import annotations

from dataclasses import dataclass

from alpha_swarm.queueing.queues import (
    ADVANCE,
    ANCHOR,
    BRING_IN_LATE,
    CARRY_OUT,
    CARRY_OUT_RIGHTS,
    DEAD_LETTERS,
    KEEP_REPORT,
    NOTIFY,
    PULL,
    RECONCILE,
    REFRESH,
    REPLAY,
    RETAIN,
    TELL_OF_YESTERDAY,
    TIDY,
)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that is due once in every slot of ``seconds``; harmless when it runs twice or not at all."""

    name: str
    function: str
    queue: str
    seconds: int
    what: str
    """A line for people."""


PERIODIC = (
    Periodic(
        "tidy",
        TIDY,
        DEAD_LETTERS,
        300,
        "remove what has served its time, audit the books, sum up what is through",
    ),
    Periodic("replay", REPLAY, DEAD_LETTERS, 60, "try dead letters again whose time has come"),
    Periodic("advance", ADVANCE, DEAD_LETTERS, 5, "let replays that were applied go on"),
    Periodic("notify", NOTIFY, DEAD_LETTERS, 5, "see what stands, and tell people"),
    Periodic("approvals", CARRY_OUT, DEAD_LETTERS, 5, "do what people allowed"),
    Periodic("pull", PULL, DEAD_LETTERS, 300, "ask the CRMs for contacts that were changed"),
    Periodic("reconciliation", RECONCILE, DEAD_LETTERS, 3600, "compare yesterday's credits with Clay's word"),
    Periodic(
        "refresh", REFRESH, DEAD_LETTERS, 3600, "enrich old results again, where CLAY_REFRESH_DAYS says so"
    ),
    Periodic(
        "export",
        BRING_IN_LATE,
        DEAD_LETTERS,
        3600,
        "export the rows of leads that were given up for want of a result, within CLAY_LIMIT_EXPORTS",
    ),
    Periodic("daily", TELL_OF_YESTERDAY, DEAD_LETTERS, 86_400, "tell people what yesterday came to"),
    Periodic("rights", CARRY_OUT_RIGHTS, DEAD_LETTERS, 5, "carry out what persons have asked for"),
    Periodic("retention", RETAIN, DEAD_LETTERS, 3600, "forget whom and what is kept no longer"),
    Periodic("report", KEEP_REPORT, DEAD_LETTERS, 900, "reckon the report for the console"),
    Periodic("anchor", ANCHOR, DEAD_LETTERS, 3600, "keep the head of the audit trail outside the ledger"),
)
