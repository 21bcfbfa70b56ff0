"""With keys nobody's values stand anywhere as they are, and a person's key takes every copy with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import State
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.schema.keys import data_keys
from alpha_swarm.ledger.schema.tables import persons
from alpha_swarm.person_desk import PersonDesk
from tests.integration.pipeline.rights_world import (
    EMAIL,
    MARK,
    PROFILE,
    canary,
    copied,
    traces,
    values_of,
    with_sides,
)
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

FIRST, SECOND = "a1" * 32, "b2" * 32


@pytest.fixture
def sealing(install: Callable[..., World]) -> World:
    """An installation with a key."""
    return install(ENCRYPTION_KEYS=FIRST)


def in_files(folder: Path, *marks: str) -> list[str]:
    """Files of the databases in which any of these stands."""
    needles = [mark.lower().encode() for mark in marks]
    return [
        file.name
        for file in folder.glob("*.db*")
        if any(needle in file.read_bytes().lower() for needle in needles)
    ]


def test_nothing_of_a_living_person_can_be_read_in_the_databases(sealing: World, tmp_path: Path) -> None:
    """Found in the pipeline's own way from the door to the CRMs, put right, with letters that lie unread."""
    (lead_id,) = sealing.take([canary()], NOW)
    status = sealing.settle()
    assert (status["balanced"], sealing.leads()[lead_id].state) == (True, State.SYNCED)
    desk = PersonDesk(sealing.app)
    assert desk.rectify(PROFILE, {"phone": "+14155550188"})
    sealing.work()
    sealing.app.receive_webhook([f"rubbish about {EMAIL}".encode()])
    told = desk.access(PROFILE)
    assert told is not None
    assert EMAIL in json.dumps(told["personal_data"]["alpha_swarm"])
    assert told["changes"]
    marks = [MARK, "+14155550188", *values_of(sealing, lead_id)]
    assert len(marks) > 2
    assert traces(sealing, tmp_path, marks) == {}
    assert in_files(tmp_path, *marks) == []


def test_a_copy_of_before_cannot_be_read_once_the_person_is_forgotten(
    sealing: World, install: Callable[..., World], tmp_path: Path
) -> None:
    """By whoever has the copy, the keys of now, and the installation's own; of others it can."""
    lead_id, other = sealing.take([canary(), person("somebody-else")], NOW)
    sealing.settle()
    sides = with_sides(sealing, HomeList(tmp_path))
    marks = values_of(sealing, lead_id)
    with copied(sealing):
        told = sealing.app.rights.ask(Right.ERASURE, PROFILE)
        assert {one["system"]: one["state"] for one in told["steps"]}["keys"] == "done"
    assert sides.rows.asked
    with capture_logs() as logs:
        assert install(ENCRYPTION_KEYS=FIRST).leads().keys() == {other}
    assert {one["event"] for one in logs} == {"values_without_key"}
    with sealing.app.ledger.engine.connect() as connection:
        kept = connection.execute(select(persons).where(persons.c.lead_id == lead_id)).all()
    assert kept
    assert in_files(tmp_path, MARK, *marks) == []
    # At its start an installation lays the list over the copy, and the person goes again.
    after = install(ENCRYPTION_KEYS=FIRST)
    with_sides(after, HomeList(tmp_path))
    after.app.rights.lay_over()
    assert after.settle()["balanced"]
    with after.app.ledger.read() as tx:
        assert tx.leads.standing([lead_id])[lead_id].state is State.ERASED


def test_a_crash_behind_the_tombstone_leaves_the_key_for_the_next_round(
    sealing: World, tmp_path: Path
) -> None:
    """The request stands, and whoever comes by next drops the key."""
    (lead_id,) = sealing.take([canary()], NOW)
    sealing.settle()
    with_sides(sealing, HomeList(tmp_path))
    with sealing.app.ledger.begin() as tx:
        request = tx.rights.begin(Right.RETENTION, [lead_id], why="a test", systems=())
    keys = sealing.app.ledger.keys
    assert keys is not None
    assert list(keys.owners("", 10)) == [lead_id]
    sealing.app.rights.go_on()
    assert list(keys.owners("", 10)) == []
    assert sealing.app.rights.show(request)["ended_at"]


def test_whoever_objects_keeps_the_key(sealing: World, tmp_path: Path) -> None:
    """The values stay, to be shown to the person."""
    (lead_id,) = sealing.take([canary()], NOW)
    with_sides(sealing, HomeList(tmp_path))
    told = sealing.app.rights.ask(Right.OBJECTION, PROFILE)
    assert "keys" not in {one["system"] for one in told["steps"]}
    assert sealing.leads()[lead_id].input.email == EMAIL


def test_a_value_that_was_put_elsewhere_or_changed_is_refused(sealing: World) -> None:
    """The batch goes on without it, and whoever looks is told which one it is."""
    first, second = sealing.take([person("first"), person("second")], NOW)
    sealing.settle()
    engine = sealing.app.ledger.engine
    with engine.begin() as connection:
        of_second = connection.execute(select(persons.c.input).where(persons.c.lead_id == second)).scalar()
        mine = update(persons).where(persons.c.lead_id == first)
        connection.execute(mine.values(input=of_second))
    with capture_logs() as logs:
        assert sealing.leads().keys() == {second}
    assert [one["where"].partition(":")[0] for one in logs] == [f"persons.input of {first}"]
    found = sealing.app.ledger.key_book.verify()
    assert (found["without_key"], found["refused"]) == (0, [first])
    with pytest.raises(ConfigurationError, match=first):
        PersonDesk(sealing.app).access(first)


def test_whoever_has_lost_a_key_waits_for_it(sealing: World) -> None:
    """A worker comes by once an hour, and not without end; with the key put back the lead goes on."""
    (lead_id,) = sealing.people(1)
    keys = sealing.app.ledger.keys
    assert keys is not None
    with keys.engine.begin() as connection:
        kept = connection.execute(select(data_keys)).mappings().all()
        connection.execute(data_keys.delete())
    keys.drop([lead_id])
    assert sealing.work()["leads"]["received"] == 1
    assert not sealing.step()
    assert sealing.app.ledger.key_book.without_key() == [lead_id]
    with keys.engine.begin() as connection:
        connection.execute(data_keys.insert(), [dict(row) for row in kept])
    sealing.let_time_pass(3700)
    assert sealing.settle()["leads"]["synced"] == 1


def test_it_is_switched_on_for_a_ledger_in_use_and_the_keys_are_replaced(
    install: Callable[..., World], tmp_path: Path
) -> None:
    """And off again; whoever forgets a key on the way is told so at the start."""
    plain = install(ENCRYPTION_KEYS="")
    plain.app.news.store([(System.GENERIC, {"one": f"rubbish about {MARK}".encode()})])
    (lead_id,) = plain.take([canary()], NOW)
    plain.settle()
    assert traces(plain, tmp_path)
    before = plain.leads()[lead_id]
    sealing = install(ENCRYPTION_KEYS=FIRST)
    assert sealing.leads()[lead_id] == before
    book = sealing.app.ledger.key_book
    assert book.shown()["plain_rows"] > 0
    assert book.seal() >= book.shown()["plain_rows"] == 0
    sealing.app.ledger.checkpoint()
    sealing.app.ledger.compact()
    assert traces(sealing, tmp_path) == {}
    for wrong in ("", SECOND):
        with pytest.raises(ConfigurationError, match="ENCRYPTION_KEYS"):
            install(ENCRYPTION_KEYS=wrong)
    rotating = install(ENCRYPTION_KEYS=f"{SECOND},{FIRST}")
    assert rotating.app.ledger.key_book.rotate() == 1
    rotated = install(ENCRYPTION_KEYS=SECOND)
    assert rotated.leads()[lead_id] == before
    assert rotated.app.ledger.key_book.verify()["refused"] == []
    assert rotated.app.ledger.key_book.unseal() > 0
    assert install(ENCRYPTION_KEYS="").leads()[lead_id] == before


def test_a_store_that_was_lost_is_not_taken_for_an_empty_one(
    sealing: World, install: Callable[..., World], tmp_path: Path
) -> None:
    """Else every lead would pass for forgotten."""
    sealing.people(1)
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with pytest.raises(ConfigurationError, match="put back its newest copy"):
        install(ENCRYPTION_KEYS=FIRST, KEYS_DATABASE_URL=elsewhere)
