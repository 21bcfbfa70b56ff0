"""A person with a name that nobody else has, among others, and what is left of that person."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.privacy.rights import Identifiers, Receipt, Right
from alpha_swarm.ledger.schema.tables import metadata
from alpha_swarm.pipeline.privacy.rights.carrying_out import CarryOut, OtherSides
from alpha_swarm.pipeline.privacy.rights.desk import RightsDesk
from alpha_swarm.pipeline.put_right import PutRight
from alpha_swarm.proof.databases.copies import put_back, rows_of
from alpha_swarm.steps import contacts_of
from tests.integration.world import NOW, World, person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from alpha_swarm.ports.enricher import Capabilities
    from alpha_swarm.ports.rights import OutsideList

#: In each field of the person's, whatever is made of it.
MARK = "zyxquill"
EMAIL = f"{MARK}@{MARK}mail.example"
PROFILE = f"https://www.linkedin.com/in/{MARK}-7731"


def canary(**more: str) -> dict[str, object]:
    """The person as the scraper's door takes them in."""
    told = {
        "last_name": f"{MARK}son",
        "company_name": f"{MARK} Tannery",
        "source_url": f"https://example.com/posts/{MARK}",
        "engagement_content": f"I am {MARK} and I like this",
        "email": EMAIL,
    }
    return {**person(f"{MARK}-7731"), **told, **more}


@dataclass
class Side:
    """A system that forgets whatever it is told to, and remembers only that it was asked."""

    removed: int = 1
    fails: list[Exception] = field(default_factory=list)
    asked: list[Identifiers] = field(default_factory=list)

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:
        """As a CRM does."""
        assert barred
        if self.fails:
            raise self.fails.pop()
        self.asked.append(who)
        return Receipt(removed=self.removed)

    def silence(self, who: Identifiers) -> Receipt:
        """The same."""
        return self.forget(who)


@dataclass
class Rows:
    """The enricher of a world; it remembers by which ids of rows it was asked."""

    world: World
    asked: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        """The enricher's own."""
        return self.world.app.enricher.capabilities

    def forget(self, who: Identifiers) -> Receipt:
        """One by one."""
        if self.fails:
            raise self.fails.pop()
        self.asked += who.of("clay")
        return self.world.app.enricher.forget(who)


class Sides:
    """The other sides of a world."""

    def __init__(self, world: World) -> None:
        self.crms = {target.value: Side() for target in world.app.crms}
        self.rows = Rows(world)


def with_sides(world: World, outside: OutsideList) -> Sides:
    """The world's desk, with other sides that answer as told."""
    sides, app = Sides(world), world.app
    contacts = partial(contacts_of, app)
    put_right = PutRight(app.ledger, lambda: app.crms, lambda: app.enricher, contacts, app.policy)
    others = OtherSides(lambda: sides.crms, lambda: sides.rows, put_right.run)
    carry_out = CarryOut(app.ledger, outside, app.ledger, others)
    own = (app.ledger, carry_out, outside, app.ledger.facts, app.clock)
    app.rights = RightsDesk(*own, introduction=app.introduction, retention_systems=("clay",))
    return sides


def traces(world: World, home: Path, marks: Sequence[str] = (MARK,)) -> dict[str, list[str]]:
    """Place → what of the person stands there: in the tables, and in the files where there are any."""
    needles = [mark.lower().encode() for mark in marks]
    places = {file.name: file.read_bytes() for file in home.glob("ledger.db*")} | dict(_tables(world))
    found = {
        name: [needle.decode() for needle in needles if needle in data.lower()]
        for name, data in places.items()
    }
    return {name: which for name, which in found.items() if which}


def _tables(world: World) -> Iterator[tuple[str, bytes]]:
    with world.app.ledger.engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            yield table.name, b"\n".join(repr(tuple(row)).encode() for row in rows)


def values_of(world: World, lead_id: str) -> list[str]:
    """Whatever was found of the person that nobody else has."""
    lead = world.leads()[lead_id]
    if lead.enrichment is None:
        return []
    found = lead.enrichment.values
    own = (found.email_work, found.email_personal, found.phone)
    return [value for value in own if value]


@contextmanager
def copied(world: World) -> Iterator[None]:
    """Whatever the block does to the ledger is undone, as by putting back a copy."""
    kept = rows_of(world.app.ledger.engine)
    yield
    put_back(world.app.ledger.engine, kept)


def usually(*values: object, long: Sequence[object]) -> list[Any]:
    """These always, and the others where there is time."""
    return [*values, *(pytest.param(one, marks=pytest.mark.long) for one in long)]


def erase(world: World) -> dict[str, Any]:
    """By the person's profile."""
    return world.app.rights.ask(Right.ERASURE, PROFILE)


def carry_on(world: World) -> None:
    """The schedule comes round, and once more when whoever had the person in hand has let go."""
    world.app.rights.go_on()
    world.let_time_pass(70)
    world.app.rights.go_on()


def assert_gone(world: World, home: Path, marks: list[str]) -> None:
    """No trace; the books are balanced; and whoever brings the person again is refused."""
    status = world.settle()
    assert (status["balanced"], status["settled"]) == (True, True)
    carry_on(world)
    assert traces(world, home, [MARK, *marks]) == {}
    before = world.app.status()["leads"]
    assert world.take([canary()], NOW) == [""]
    assert world.take([canary(linkedin_url="")], NOW) == [""]
    assert world.app.status()["leads"] == before
    assert world.settle()["balanced"]
    assert traces(world, home, [MARK, *marks]) == {}
    assert [one["ended_at"] is not None for one in world.app.rights.latest(10)] == [True]
