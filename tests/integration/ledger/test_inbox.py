"""A webhook is one letter, read by one reader."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from sqlalchemy import select

from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger

CLAY = ("clay",)
_WEEK = 7 * 86400.0


def put(ledger: SqlLedger, *bodies: bytes) -> None:
    """Store webhooks."""
    with ledger.begin() as tx:
        tx.inbox.put("clay", bodies)


def bodies(ledger: SqlLedger) -> dict[str, list[bytes | None]]:
    """State → bodies."""
    with ledger.read() as tx:
        rows = tx.session.rows(select(inbox.c.state, inbox.c.body).order_by(inbox.c.id))
    states = {row.state for row in rows}
    return {state: [row.body for row in rows if row.state == state] for state in states}


def read_all(ledger: SqlLedger) -> list[bytes]:
    """Read page by page, as a worker does."""
    found: list[bytes] = []
    while True:
        with ledger.begin() as tx:
            letters = tx.inbox.take(3, CLAY)
            tx.inbox.close({letter.id: "done" for letter in letters})
        if not letters:
            return found
        found += [letter.body for letter in letters]


def close_as(ledger: SqlLedger, *states: str) -> None:
    """Read the oldest letters, one state each."""
    with ledger.begin() as tx:
        letters = tx.inbox.take(len(states), CLAY)
        tx.inbox.close(dict(zip((letter.id for letter in letters), states, strict=True)))


def test_the_same_body_twice_is_one_letter(ledger: SqlLedger) -> None:
    put(ledger, b"one", b"two", b"one")
    put(ledger, b"two")
    assert sorted(read_all(ledger)) == [b"one", b"two"]
    put(ledger, b"one")
    with ledger.read() as tx:
        assert not tx.inbox.waiting()


def test_a_letter_that_was_put_aside_is_read_again_when_it_comes_again(ledger: SqlLedger) -> None:
    """As after a key was put right; one that was read is not, nor is one that nobody sends again."""
    put(ledger, b"read", b"forged", b"orphan")
    with ledger.begin() as tx:
        states = {b"read": "done", b"forged": "forged", b"orphan": "orphan"}
        tx.inbox.close({letter.id: states[letter.body] for letter in tx.inbox.take(3, CLAY)})
    put(ledger, b"read", b"forged")
    assert read_all(ledger) == [b"forged"]
    assert bodies(ledger)["orphan"] == [b"orphan"]


def test_letters_wait_until_they_are_closed(ledger: SqlLedger) -> None:
    put(ledger, b"one")
    with ledger.begin() as tx:
        assert [letter.body for letter in tx.inbox.take(5, CLAY)] == [b"one"]
    with ledger.read() as tx:
        assert tx.inbox.waiting()
    assert read_all(ledger) == [b"one"]


def test_a_letter_in_hand_is_given_to_nobody_else(open_ledger: Callable[..., SqlLedger]) -> None:
    """PostgreSQL passes over what is locked; SQLite lets one reader in at a time."""
    ledgers = [open_ledger(f"reader-{number}") for number in range(4)]
    sent = [f"letter {number}".encode() for number in range(40)]
    put(ledgers[0], *sent)
    found = in_threads(read_all, [(ledger,) for ledger in ledgers])
    assert sorted(body for mine in found for body in mine) == sorted(sent)


def test_a_locked_letter_does_not_hold_up_the_next(open_ledger: Callable[..., SqlLedger]) -> None:
    one, two = open_ledger("one"), open_ledger("two")
    put(one, b"first", b"second")
    if one.engine.dialect.name == "sqlite":
        return  # its one writer never meets another
    with ExitStack() as stack:
        mine = stack.enter_context(one.begin()).inbox.take(1, CLAY)
        theirs = stack.enter_context(two.begin()).inbox.take(2, CLAY)
        assert {letter.id for letter in mine}.isdisjoint(letter.id for letter in theirs)
        assert len(theirs) == 1


def test_a_borrowed_letter_is_given_to_nobody_else_for_a_while(ledger: SqlLedger) -> None:
    """Whoever asks outside about it needs no transaction meanwhile; the older it is, the longer it takes."""

    def borrowed() -> list[bytes]:
        with ledger.begin() as tx:
            return [letter.body for letter in tx.inbox.borrow(5, "clay", 60.0)]

    put(ledger, b"one", b"two")
    with ledger.begin() as tx:
        assert [letter.body for letter in tx.inbox.borrow(1, "clay", 60.0)] == [b"one"]
        assert tx.inbox.borrow(5, "another", 60.0) == []
    assert borrowed() == [b"two"]
    assert borrowed() == []
    with ledger.read() as tx:
        assert not tx.inbox.waiting()
    for seconds, found in ((61.0, 2), (61.0, 0), (31.0, 2)):
        let_time_pass(ledger.engine, seconds)
        assert len(borrowed()) == found, seconds


def test_a_letter_that_was_closed_meanwhile_is_not_locked_again(ledger: SqlLedger) -> None:
    put(ledger, b"one", b"two")
    with ledger.begin() as tx:
        first, second = (letter.id for letter in tx.inbox.borrow(2, "clay", 60.0))
    with ledger.begin() as tx:
        assert tx.inbox.lock([first, second]) == {first, second}
        tx.inbox.close({first: "done"})
    with ledger.begin() as tx:
        assert tx.inbox.lock([first, second]) == {second}


def test_the_same_key_is_one_letter_of_its_sender(ledger: SqlLedger) -> None:
    """Whatever the body; of two senders neither knows the other's keys."""
    for source, body in (("crm:ghl", b"a"), ("crm:ghl", b"b"), ("crm:hubspot", b"c")):
        with ledger.begin() as tx:
            tx.inbox.put_keyed(source, {"key": body})
    assert bodies(ledger) == {"waiting": [b"a", b"c"]}


def test_doors_that_store_the_same_letters_do_not_lock_each_other_out(
    open_ledger: Callable[..., SqlLedger],
) -> None:
    ledgers = open_ledger("one"), open_ledger("two")
    for turn in range(8):
        sent = [f"{turn} {number}".encode() for number in range(80)]
        in_threads(put, [(ledgers[0], *sent), (ledgers[1], *sent[::-1])])
    assert len(bodies(ledgers[0])["waiting"]) == 640


def test_only_letters_that_served_lose_their_bodies(ledger: SqlLedger) -> None:
    put(ledger, b"a", b"b", b"c")
    close_as(ledger, "done", "orphan", "unreadable")
    left = bodies(ledger)
    assert left["done"] == [None]
    assert None not in left["orphan"] + left["unreadable"]


def test_a_read_letter_turns_its_repetition_away_for_a_week(ledger: SqlLedger) -> None:
    """And one that nobody could place is kept no longer: it holds a person's data."""
    put(ledger, b"read", b"kept")
    with ledger.begin() as tx:
        states = {b"read": "done", b"kept": "orphan"}
        tx.inbox.close({letter.id: states[letter.body] for letter in tx.inbox.take(2, CLAY)})
    for seconds in (_WEEK - 10, 20.0):
        let_time_pass(ledger.engine, seconds)
        with ledger.begin() as tx:
            tx.expiry.portion(10)
        assert ("done" in bodies(ledger)) == (seconds > _WEEK / 2)
    assert bodies(ledger) == {}
