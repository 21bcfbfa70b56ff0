"""The audit trail in real tables: chained in each commit, and no tampering goes unseen."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from alpha_swarm.domain.privacy.audit import START, Anchor, Head
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.audit import audit, audit_head
from tests.integration.ledger.actors import config
from tests.integration.together import in_processes, in_threads
from tests.unit.domain.trails import WAYS, Trail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.domain.privacy.audit import Record, Verdict

LEAD = "01KAPHQ0000000000000000000"
#: A trail is put into the tables for each, tampered with, and looked through.
TAMPERINGS = 300
HANDBOOK = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
GRANTS = HANDBOOK.partition("## The audit trail")[2].partition("```sql\n")[2].partition("```")[0]
WRITERS, PROCESSES, NOTES = 16, 4, 20


def note(ledger: SqlLedger, *figures: int) -> None:
    """As many records in one commit."""
    with ledger.begin() as tx:
        for figure in figures:
            tx.audit.note("disclosure", target="ghl", leads={"create_contact": [LEAD]}, figure=figure)


def looked(ledger: SqlLedger, anchors: Sequence[Anchor] = (), since: Head = START) -> Verdict:
    """What a look through the trail comes to."""
    with ledger.read() as tx:
        return tx.audit.verify(anchors, since)


def flaw(ledger: SqlLedger, anchors: Sequence[Anchor] = ()) -> int | None:
    """The first bad record."""
    found = looked(ledger, anchors).flaw
    return found.seq if found else None


def records(ledger: SqlLedger) -> list[Record]:
    """All that stand there."""
    with ledger.read() as tx:
        return list(tx.audit.walk(0))


def behind_our_back(ledger: SqlLedger, *statements: Any) -> None:
    """As a database owner would."""
    with ledger.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def put(ledger: SqlLedger, trail: Trail) -> None:
    """The tables as somebody left them."""
    rows = [dict(zip(("seq", "at", "kind", "detail", "mac"), one, strict=True)) for one in trail.records]
    fresh = [insert(audit).values(rows)] if rows else []
    head = update(audit_head).values(seq=trail.head.seq, mac=trail.head.mac)
    behind_our_back(ledger, delete(audit), *fresh, head)


def test_records_are_chained_over_commits_and_hold_what_was_noted(ledger: SqlLedger) -> None:
    note(ledger, 1)
    note(ledger, 2, 3)
    found = records(ledger)
    assert [(seq, kind) for seq, _, kind, _, _ in found] == [(number, "disclosure") for number in (1, 2, 3)]
    assert found[2][3] == f'{{"figure":3,"leads":{{"create_contact":["{LEAD}"]}},"target":"ghl"}}'
    assert (looked(ledger).records, looked(ledger).head, flaw(ledger)) == (3, Head(3, found[2][4]), None)


def test_a_transaction_that_rolls_back_leaves_no_gap(ledger: SqlLedger) -> None:
    """Nor does one that fails when it writes its record."""
    note(ledger, 1)
    with suppress(ZeroDivisionError), ledger.begin() as tx:
        tx.audit.note("export", what="leads")
        tx.audit.finish()
        raise ZeroDivisionError
    note(ledger, 2)
    assert [record[0] for record in records(ledger)] == [1, 2]
    assert flaw(ledger) is None


@pytest.mark.parametrize("place", range(3))
def test_a_commit_that_breaks_at_any_of_its_statements_leaves_no_gap(ledger: SqlLedger, place: int) -> None:
    """When the head is locked, when the record is written, when the head moves on."""
    note(ledger, 1)
    seen = 0

    def fail(*arguments: Any) -> None:
        nonlocal seen
        if "audit" in arguments[2]:
            seen += 1
            if seen == place + 1:
                raise ZeroDivisionError

    event.listen(ledger.engine, "before_cursor_execute", fail)
    with suppress(ZeroDivisionError):
        note(ledger, 2, 3)
    event.remove(ledger.engine, "before_cursor_execute", fail)
    assert (seen, looked(ledger).records) == (place + 1, 1)
    note(ledger, 4)
    assert (looked(ledger).records, flaw(ledger)) == (2, None)


@pytest.mark.parametrize(
    "detail",
    [{"who": "ada@works.example"}, {"who": "Ada Lovelace"}, {"phone": "+14155550100"}, {"url": "a/in/ada"}],
)
def test_what_could_be_personal_is_refused_with_all_of_its_transaction(
    ledger: SqlLedger, detail: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="ids and figures alone, and a export has something else") as caught:
        note_of(ledger, "export", detail)
    assert not any(value in str(caught.value) for value in detail.values())
    assert records(ledger) == []


def note_of(ledger: SqlLedger, kind: str, detail: dict[str, str]) -> None:
    """One record."""
    with ledger.begin() as tx:
        tx.audit.note(kind, **detail)


def test_only_known_kinds_are_taken(ledger: SqlLedger) -> None:
    with pytest.raises(ValueError, match="gossip"):
        note_of(ledger, "gossip", {})


def test_each_of_some_hundred_tamperings_with_the_tables_is_found(ledger: SqlLedger) -> None:
    """And the first bad record is named."""
    draw = Random(26)
    for figure in range(20):
        note(ledger, figure)
    rows = records(ledger)
    anchors = tuple(Anchor(Head(seq, rows[seq - 1][4]), "2026-01-01") for seq in (5, 15))
    whole = Trail(tuple(rows), Head(20, rows[-1][4]), anchors)
    put(ledger, whole)
    assert looked(ledger, anchors).anchors == 2
    missed = []
    for number in range(TAMPERINGS):
        bad = WAYS[number % len(WAYS)](draw, whole)
        put(ledger, bad.trail)
        if flaw(ledger, anchors) != bad.first:
            missed.append((WAYS[number % len(WAYS)].__name__, bad.first))
    assert missed == []


def test_what_is_written_after_a_cut_does_not_hide_it(ledger: SqlLedger) -> None:
    """The program goes on from the head that it finds; the anchor remembers another."""
    note(ledger, *range(10))
    rows = records(ledger)
    anchors = [Anchor(Head(8, rows[7][4]), "2026-01-01")]
    cut = Head(6, rows[5][4])
    behind_our_back(
        ledger, delete(audit).where(audit.c.seq > 6), update(audit_head).values(seq=6, mac=cut.mac)
    )
    assert flaw(ledger) is None
    assert flaw(ledger, anchors) == 7
    note(ledger, *range(5))
    assert flaw(ledger) is None
    assert flaw(ledger, anchors) == 8


def write_many(url: str, holder: str) -> None:
    """A process with several writers."""
    ledger = SqlLedger(config(url, holder=holder))
    in_threads(write_some, [(ledger,)] * (WRITERS // PROCESSES))
    ledger.close()


def write_some(ledger: SqlLedger) -> None:
    """One of them, over a connection of its own."""
    for figure in range(NOTES):
        note(ledger, figure, figure + 1)


def test_sixteen_writers_make_one_chain(database_url: str, ledger: SqlLedger) -> None:
    """Without a fork, a gap or a record that is lost."""
    in_processes(write_many, [(database_url, f"process-{number}") for number in range(PROCESSES)])
    verdict = looked(ledger)
    assert (verdict.flaw, verdict.records) == (None, WRITERS * NOTES * 2)
    # What one commit has noted stands together.
    figures = [detail.split(",", 1)[0] for _, _, _, detail, _ in records(ledger)]
    pairs = list(zip(figures[::2], figures[1::2], strict=True))
    assert all(int(other.split(":")[1]) == int(one.split(":")[1]) + 1 for one, other in pairs)


def test_a_reader_sees_a_trail_that_is_whole_while_others_write(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    note(ledger, *range(3))
    with ledger.read() as tx:
        before = tx.audit.head()
        note(open_ledger("other"), 4)
        assert tx.audit.verify((), START).flaw is None
        assert tx.audit.head() == before


def test_without_a_head_nothing_is_written_and_people_are_told_what_to_do(ledger: SqlLedger) -> None:
    behind_our_back(ledger, delete(audit_head))
    with pytest.raises(AlphaSwarmError, match="put audit_head back from a copy"):
        note(ledger, 1)
    assert records(ledger) == []


def test_a_head_that_somebody_took_away_is_a_flaw_behind_whatever_else_is_wrong(ledger: SqlLedger) -> None:
    """It is an answer like any other, with a record: no crash, and nothing whole."""
    note(ledger, 1, 2, 3)
    behind_our_back(ledger, delete(audit_head))
    found = looked(ledger).flaw
    assert found is not None
    assert (found.seq, "the head of the trail is gone" in found.why) == (3, True)
    behind_our_back(ledger, update(audit).where(audit.c.seq == 2).values(kind="export"))
    assert flaw(ledger) == 2


def test_a_head_that_is_no_number_is_none(ledger: SqlLedger) -> None:
    """PostgreSQL takes none."""
    if ledger.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps only numbers in a column of numbers")
    note(ledger, 1, 2)
    for change in ("seq = 'two'", "mac = CAST(x'fffe' AS TEXT)", "seq = 1.5"):
        behind_our_back(ledger, text(f"UPDATE audit_head SET {change}"))  # noqa: S608 - the test's own
        assert flaw(ledger) == 2


def test_a_transaction_that_notes_nothing_does_not_wait_for_those_that_do(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    """On PostgreSQL, where rows are locked one by one."""
    with ledger.engine.connect() as connection:
        if connection.dialect.name != "postgresql":
            pytest.skip("SQLite has one writer at a time in any case")
        connection.execute(select(audit_head).with_for_update())
        with open_ledger("other").begin() as tx:
            tx.count_intake("test", 0, 0, 1)
        connection.rollback()


def test_the_programs_role_can_be_kept_from_changing_what_it_wrote(ledger: SqlLedger) -> None:
    """By what the handbook says, to the letter; here it is all rolled back in the end."""
    if ledger.engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no roles")
    note(ledger, 1)
    row = {"seq": 2, "at": 1.0, "kind": "export", "detail": "{}", "mac": ""}
    with ledger.engine.connect() as connection:
        connection.execute(text("CREATE ROLE alpha_swarm"))
        connection.execute(text("GRANT ALL ON ALL TABLES IN SCHEMA public TO alpha_swarm"))
        connection.execute(text("REVOKE ALL ON audit FROM alpha_swarm"))
        for statement in GRANTS.strip().split("\n"):
            connection.execute(text(statement))
        connection.execute(text("SET ROLE alpha_swarm"))
        connection.execute(select(audit_head).with_for_update())
        connection.execute(insert(audit).values(row))
        connection.execute(update(audit_head).values(seq=2))
        for change in (update(audit).values(kind="access"), delete(audit)):
            with pytest.raises(ProgrammingError, match="permission denied"), connection.begin_nested():
                connection.execute(change)
        connection.rollback()


def test_bytes_that_are_no_text_are_a_bad_record_and_no_crash(ledger: SqlLedger) -> None:
    """PostgreSQL takes none."""
    if ledger.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps only text in a column of text")
    note(ledger, 1, 2, 3)
    behind_our_back(ledger, text("UPDATE audit SET detail = CAST(x'fffe' AS TEXT) WHERE seq = 2"))
    assert flaw(ledger) == 2
    behind_our_back(ledger, text("UPDATE audit SET at = 'noon', mac = x'00' WHERE seq = 1"))
    assert flaw(ledger) == 1
