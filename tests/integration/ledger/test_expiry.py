"""Whatever has a lifetime of its own goes when that is over, in portions, and the audit trail counts it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from alpha_swarm.coordination.home_files import HomeFiles
from alpha_swarm.domain.doors.who import read_who
from alpha_swarm.domain.privacy.audit import START
from alpha_swarm.domain.privacy.lifetimes import USUAL
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.ledger.doors.inbox import WAITING
from alpha_swarm.ledger.schema.rights import rights_leads, rights_requests, rights_steps, suppressions
from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.pipeline.privacy.expire import PORTION, Expire
from alpha_swarm.proof.time_travel import let_time_pass

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Table

    from alpha_swarm.ledger.ledger import SqlLedger

DAY = 86_400.0


def rows(ledger: SqlLedger, table: Table) -> int:
    """How many a table has."""
    with ledger.read() as tx:
        return len(tx.session.rows(select(table)))


def expire(ledger: SqlLedger, home: Path) -> dict[str, int]:
    """One run."""
    return dict(Expire(ledger, HomeFiles(home), USUAL.files).run())


def expired(ledger: SqlLedger) -> list[dict[str, int]]:
    """What the trail says of it; the trail itself is kept."""
    with ledger.read() as tx:
        assert tx.audit.verify([], START).flaw is None
        return [orjson.loads(detail) for _, _, kind, detail, _ in tx.audit.walk(0) if kind == "expiry"]


def test_a_webhook_that_nobody_reads_is_not_kept_for_ever(ledger: SqlLedger, tmp_path: Path) -> None:
    with ledger.begin() as tx:
        tx.inbox.put("clay", [f"letter {number}".encode() for number in range(PORTION + 1)])
    let_time_pass(ledger.engine, USUAL.unread_webhooks * DAY - 10)
    assert expire(ledger, tmp_path) == {}
    with ledger.read() as tx:
        assert {row.state for row in tx.session.rows(select(inbox.c.state))} == {WAITING}
    let_time_pass(ledger.engine, 20.0)
    assert expire(ledger, tmp_path) == {"unread_webhooks": PORTION + 1}
    assert expired(ledger) == [{"unread_webhooks": PORTION}, {"unread_webhooks": 1}]
    assert rows(ledger, inbox) == 0
    assert expire(ledger, tmp_path) == {}


def test_an_ended_request_goes_after_its_years_and_who_is_kept_out_stays_out(
    ledger: SqlLedger, tmp_path: Path
) -> None:
    """One that has not ended stays, however old."""
    ada, ben = read_who("ada@works.example"), read_who("ben@works.example")
    assert ada is not None
    assert ben is not None
    with ledger.begin() as tx:
        tx.rights.begin(Right.ERASURE, (), why="asked", who=[ada], systems=())
        tx.rights.begin(Right.ERASURE, (), why="asked", who=[ben], systems=("hubspot",))
    with ledger.begin() as tx:
        first = min(row.id for row in tx.session.rows(select(rights_requests.c.id)))
        tx.session.run(
            rights_requests.update().where(rights_requests.c.id == first).values(ended_at=tx.session.now)
        )
    let_time_pass(ledger.engine, USUAL.requests * DAY + 10)
    assert expire(ledger, tmp_path) == {"requests": 1}
    assert rows(ledger, rights_requests) == 1
    assert {table.name: rows(ledger, table) for table in (rights_leads, suppressions)} == {
        "rights_leads": 0,
        "suppressions": 2,
    }
    with ledger.read() as tx:
        assert {row.request_id for row in tx.session.rows(select(rights_steps.c.request_id))} != {first}


def test_old_rejects_in_the_home_go_and_nothing_else(ledger: SqlLedger, tmp_path: Path) -> None:
    """Drafts that a kill left behind are among them."""
    old = time.time() - (USUAL.files + 1) * DAY
    for name in ("stdin.rejects.csv", ".list.rejects.csv.x1", "ledger-notes.csv", "suppressions"):
        path = tmp_path / name
        path.write_text("x", encoding="utf-8")
        os.utime(path, (old, old))
    (tmp_path / "young.rejects.csv").write_text("x", encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    assert expire(ledger, tmp_path) == {"files": 2}
    assert before - {path.name for path in tmp_path.iterdir()} == {
        "stdin.rejects.csv",
        ".list.rejects.csv.x1",
    }
    assert expired(ledger) == [{"files": 2}]
