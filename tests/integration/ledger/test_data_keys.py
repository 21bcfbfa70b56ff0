"""Keys come before values and go after the tombstone, and leave nothing behind."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from alpha_swarm.data_keys import DataKey, KeyRing, new_key
from alpha_swarm.domain.states import State
from alpha_swarm.errors import TamperedError, UserError
from alpha_swarm.ledger.engine import snapshot
from alpha_swarm.ledger.schema.keys import data_keys
from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.ledger.sealing.key_cache import KeyCache
from alpha_swarm.ledger.sealing.key_store import KeyStore
from tests.integration.ledger.actors import add, arrival, found, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from alpha_swarm.ledger.ledger import SqlLedger

RING = KeyRing([b"\x01" * 32])
LEAD = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def keys_url(database_url: str) -> str:
    """Where the keys of this ledger lie."""
    return database_url.replace("ledger.db", "keys.db")


@pytest.fixture
def sealing(open_ledger: Callable[..., SqlLedger], keys_url: str) -> SqlLedger:
    """A ledger with a key."""
    return open_ledger("sealing", ring=RING, keys_url=keys_url)


def store(ledger: SqlLedger) -> KeyStore:
    """Its keys."""
    assert ledger.keys is not None
    return ledger.keys


def test_a_key_is_durable_before_anything_is_sealed_with_it(sealing: SqlLedger) -> None:
    """A crash leaves a key too many, which goes when no copy can bring the lead any more."""
    with suppress(RuntimeError), sealing.begin() as tx:
        tx.leads.add([arrival("somebody")])
        raise RuntimeError
    keys = store(sealing)
    (stray,) = keys.owners("", 10)
    assert sealing.key_book.sweep() == 0
    with keys.engine.begin() as connection:
        connection.execute(update(data_keys).values(made_at=data_keys.c.made_at - 31 * 86_400.0))
    (lead_id,) = add(sealing, [arrival("somebody")])
    assert lead_id != stray
    assert sealing.key_book.sweep() == 1
    assert list(keys.owners("", 10)) == [lead_id]


def test_keys_of_the_forgotten_that_came_back_with_a_copy_go_again(sealing: SqlLedger) -> None:
    gone, stays = people(sealing, 2)
    with sealing.begin() as tx:
        tx.leads.move({gone: State.ERASED})
    assert sealing.key_book.sweep() == 1
    assert list(store(sealing).owners("", 10)) == [stays]


def test_of_two_processes_that_make_a_key_at_once_one_key_stands(keys_url: str) -> None:
    with closing(KeyStore(keys_url, RING)) as one, closing(KeyStore(keys_url, RING)) as other:
        sealed = one.made([LEAD])[LEAD].close(b"value", "place")
        assert other.made([LEAD])[LEAD].open(sealed, "place") == b"value"
        assert one.name == other.name


def test_nobody_whose_values_are_sealed_gets_a_second_key(sealing: SqlLedger) -> None:
    """It would hide that the first was lost, and what is put back would not open any more."""
    lost, other = people(sealing, 2)
    store(sealing).drop([lost])
    with pytest.raises(TamperedError, match=lost), sealing.begin() as tx:
        tx.leads.enriched({lost: found("a@works.example")})
    with sealing.begin() as tx:
        tx.leads.enriched({other: found("b@works.example")})
        assert tx.leads.load([lost, other]).keys() == {other}
    assert sealing.key_book.without_key() == [lost]
    assert sealing.key_book.verify() == {"rows": 2, "without_key": 1, "refused": []}


def test_a_lead_that_stands_plain_gets_its_key_with_its_next_value(
    sealing: SqlLedger, ledger: SqlLedger
) -> None:
    """As is when sealing was just switched on; both kinds are read side by side."""
    (lead_id,) = people(ledger, 1)
    with sealing.begin() as tx:
        tx.leads.enriched({lead_id: found("a@works.example")})
    with sealing.read() as tx:
        (lead,) = tx.leads.load([lead_id]).values()
    assert (lead.input.email, lead.values.email_work) == ("person-000@works.example", "a@works.example")
    assert sealing.key_book.shown()["plain_rows"] == 1


def test_a_changed_data_key_keeps_back_no_other_lead(sealing: SqlLedger, keys_url: str) -> None:
    changed, other = people(sealing, 2)
    keys = store(sealing)
    with keys.engine.begin() as connection:
        theirs = connection.execute(select(data_keys.c.wrapped).where(data_keys.c.owner == other)).scalar()
        mine = update(data_keys).where(data_keys.c.owner == changed)
        connection.execute(mine.values(wrapped=theirs))
    with closing(KeyStore(keys_url, RING)) as anew:
        assert anew.of([changed, other]).keys() == {other}


def test_a_dropped_key_leaves_nothing_in_the_files(tmp_path: Path) -> None:
    """Among thousands, after many went and came."""
    with closing(KeyStore(f"sqlite:///{tmp_path / 'keys.db'}", RING)) as keys:
        names = [f"{number:026d}" for number in range(3000)]
        for start in range(0, len(names), 300):
            keys.made(names[start : start + 300])
        gone = names[::7]
        with keys.engine.begin() as connection:
            rows = connection.execute(select(data_keys.c.owner, data_keys.c.wrapped)).all()
        wrapped = {row.owner: row.wrapped for row in rows}
        assert keys.drop(gone)
        files = b"".join(file.read_bytes() for file in tmp_path.glob("keys.db*"))
        assert [name for name in gone if wrapped[name] in files] == []
        assert all(wrapped[name] in files for name in set(names) - set(gone))


def test_whoever_reads_the_keys_meanwhile_is_waited_for(tmp_path: Path) -> None:
    """Old pages stay as long as somebody sees them; then the same again drops them."""
    with closing(KeyStore(f"sqlite:///{tmp_path / 'keys.db'}", RING)) as keys:
        keys.made([LEAD])
        with keys.engine.connect().execution_options(**snapshot(keys.engine)) as connection:
            assert connection.execute(select(data_keys.c.owner)).all()
            with closing(KeyStore(f"sqlite:///{tmp_path / 'keys.db'}", RING)) as other:
                assert not other.drop([LEAD])
        assert keys.drop([LEAD])


def test_all_keys_are_wrapped_anew_while_others_come_and_go(keys_url: str) -> None:
    names = [f"{number:026d}" for number in range(25)]
    both = KeyRing([b"\x02" * 32, b"\x01" * 32])
    with closing(KeyStore(keys_url, RING)) as before, closing(KeyStore(keys_url, both)) as keys:
        sealed = {name: key.close(b"value", name) for name, key in before.made(names).items()}
        assert keys.ids() == [RING.current]
        assert keys.rotate(10) == 10
        assert set(keys.counts().values()) == {10, 15}
        assert len(keys.ids()) == 2
        before.drop(names[:1])
        while keys.rotate(10):
            pass
        assert keys.counts() == {both.current: 24}
        assert keys.ids() == [both.current]
    with closing(KeyStore(keys_url, KeyRing([b"\x02" * 32]))) as after:
        opened = {name: key.open(sealed[name], name) for name, key in after.of(names).items()}
        assert opened == dict.fromkeys(names[1:], b"value")


def test_what_was_used_longest_ago_is_kept_at_hand_no_longer() -> None:
    cache = KeyCache(most=2)
    kept = {name: DataKey(new_key()) for name in ("first", "second", "third")}
    cache.keep({name: kept[name] for name in ("first", "second")})
    assert cache.known(["first"])
    cache.keep({"third": kept["third"]})
    assert cache.known(kept).keys() == {"first", "third"}
    cache.forget(kept)
    assert cache.known(kept) == {}


def test_without_a_key_there_is_nothing_to_seal(ledger: SqlLedger) -> None:
    assert ledger.key_book.shown()["on"] is False
    with pytest.raises(UserError, match="ENCRYPTION_KEYS"):
        ledger.key_book.seal()


def test_a_letter_that_nobody_can_open_holds_up_no_other(
    sealing: SqlLedger, open_ledger: Callable[..., SqlLedger], keys_url: str
) -> None:
    """Put under another one's mark, or sealed with a key that was taken away too early."""
    with sealing.begin() as tx:
        tx.inbox.put("clay", [b"first", b"second", b"third"])
        rows = tx.session.rows(select(inbox).order_by(inbox.c.id))
        assert not any(text in row.body for row in rows for text in (b"first", b"second", b"third"))
        swapped = update(inbox).where(inbox.c.id == rows[0].id).values(body=rows[1].body)
        tx.session.run(swapped)
    with sealing.begin() as tx:
        bodies = [one.body for one in tx.inbox.take(9, ["clay"])]
    assert (bodies[0], len(set(bodies[1:]) & {b"first", b"second", b"third"})) == (b"", 2)
    other = open_ledger("other", ring=KeyRing([b"\x02" * 32]), keys_url=keys_url)
    with other.begin() as tx:
        assert [one.body for one in tx.inbox.take(9, ["clay"])] == [b"", b"", b""]
