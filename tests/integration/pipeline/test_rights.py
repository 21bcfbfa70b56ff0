"""Requests are set down durably and carried out in every system; objection, retention, lists and copies."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, update

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import State
from alpha_swarm.errors import GiveUpError, NotReadyError, UserError
from alpha_swarm.ledger.schema.tables import leads
from tests.integration.pipeline.rights_world import (
    EMAIL,
    MARK,
    PROFILE,
    Sides,
    canary,
    copied,
    traces,
)
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.world import World


def steps(told: dict[str, Any]) -> dict[str, str]:
    """System → how far its step is."""
    return {one["system"]: one["state"] for one in told["steps"]}


class Crash(BaseException):
    """The process ends here."""


@contextmanager
def crash_at(world: World, commit: int, seen: list[int]) -> Iterator[None]:
    """The process ends right before its commit with this number, from 1; ``seen``: those there were."""

    def count(_connection: object) -> None:
        seen.append(len(seen) + 1)
        if len(seen) == commit:
            raise Crash

    event.listen(world.app.ledger.engine, "commit", count)
    try:
        yield
    finally:
        event.remove(world.app.ledger.engine, "commit", count)


def test_a_crash_at_any_commit_loses_nothing(world: World, sides: Sides, tmp_path: Path) -> None:
    """Either nothing was set down, and it is asked for again; or the schedule carries it to its end."""
    crashes = 0
    for number in range(1, 40):
        who = f"{MARK}-{number}"
        world.take([canary(linkedin_url=f"linkedin.com/in/{who}", email=f"{who}@mail.example")], NOW)
        world.settle()
        seen: list[int] = []
        try:
            with crash_at(world, number, seen):
                world.app.rights.ask(Right.ERASURE, f"linkedin.com/in/{who}")
        except Crash:
            crashes += 1
            if number == 1:
                world.app.rights.ask(Right.ERASURE, f"linkedin.com/in/{who}")
        world.let_time_pass(200)
        world.app.rights.go_on()
        assert traces(world, tmp_path) == {}
        assert all(one["ended_at"] for one in world.app.rights.latest(100))
        if len(seen) < number:
            break
    assert crashes == number - 1 >= 5
    assert len(world.app.rights.latest(100)) == number
    assert all(len({one.lead_ids for one in side.asked}) == number for side in sides.crms.values())


def test_a_ledger_that_was_put_back_from_a_copy_forgets_again_before_its_first_call(
    world: World, sides: Sides, tmp_path: Path
) -> None:
    """Whoever was erased, and whoever came in by nothing but a company's domain and was erased by id."""
    world.take([canary()], NOW)
    (other,) = world.people(1)
    world.settle()
    with copied(world):
        world.app.rights.ask(Right.ERASURE, PROFILE)
        world.app.rights.ask(Right.ERASURE, other)
        assert world.leads() == {}
    assert len(world.leads()) == 2
    world.app.beat()
    assert world.leads() == {}
    assert world.app.status()["leads"]["erased"] == 2
    assert world.take([canary()], NOW) == [""]
    world.app.rights.go_on()
    assert traces(world, tmp_path) == {}
    outside = list(HomeList(tmp_path).read())
    assert len(outside) == len({one.hash for one in outside})
    assert sides.crms["ghl"].asked


def test_whoever_objected_stands_in_a_copy_as_somebody_who_objected(world: World, sides: Sides) -> None:
    del sides
    (lead_id,) = world.take([canary()], NOW)
    with copied(world):
        world.app.rights.ask(Right.OBJECTION, PROFILE)
    world.app.beat()
    assert {key: lead.state for key, lead in world.leads().items()} == {lead_id: State.OBJECTED}
    assert world.take([canary()], NOW) == [""]


@pytest.mark.parametrize(
    ("copied_when", "erased_by"), [("before the objection", "request"), ("before the erasure", "list")]
)
def test_whoever_objected_first_and_was_erased_then_is_erased_from_any_copy(
    world: World, sides: Sides, copied_when: str, erased_by: str
) -> None:
    """What an objection put on the list an erasure takes over, here and outside."""
    del sides
    world.take([canary()], NOW)
    if copied_when == "before the erasure":
        world.app.rights.ask(Right.OBJECTION, PROFILE)
    with copied(world):
        if copied_when == "before the objection":
            world.app.rights.ask(Right.OBJECTION, PROFILE)
        if erased_by == "request":
            world.app.rights.ask(Right.ERASURE, EMAIL)
        else:
            world.app.rights.suppress([Who(email=EMAIL)])
        assert world.leads() == {}
    assert world.leads()
    world.app.beat()
    assert world.leads() == {}
    assert world.take([canary()], NOW) == [""]


def test_of_whom_only_the_objection_is_known_a_list_makes_an_erasure(
    world: World, sides: Sides, tmp_path: Path
) -> None:
    """Once, whoever is here under the name; a later objection takes nothing back."""
    del sides
    for _ in range(2):
        world.app.rights.ask(Right.OBJECTION, EMAIL)
        world.app.rights.suppress([Who(email=EMAIL)])
    assert [line.why for line in HomeList(tmp_path).read()] == ["objection", "erasure"]


def test_a_system_that_cannot_be_reached_is_tried_again_and_keeps_back_no_other(
    world: World, sides: Sides
) -> None:
    world.take([canary()], NOW)
    world.settle()
    sides.crms["ghl"].fails = [NotReadyError("away", 30.0), RuntimeError(f"a fault over {EMAIL}")]
    told = world.app.rights.ask(Right.ERASURE, EMAIL)
    assert steps(told) == {"clay": "done", "ghl": "due", "instantly": "done", "ledger": "done"}
    assert (told["ended_at"], [one["error"] for one in told["steps"] if one["error"]]) == (
        None,
        ["unexpected RuntimeError"],
    )
    world.let_time_pass(10)
    world.app.rights.go_on()
    world.app.rights.go_on()
    assert not sides.crms["ghl"].asked
    world.let_time_pass(30)
    world.app.rights.go_on()
    assert world.app.rights.show(told["request"])["ended_at"]
    assert sides.crms["ghl"].asked[0].emails == sides.crms["instantly"].asked[0].emails


def test_where_a_system_has_no_way_a_person_has_a_task(world: World, sides: Sides) -> None:
    world.take([canary()], NOW)
    world.settle()
    sides.rows.fails = [GiveUpError("webhook sources have no way to remove rows", "not_supported")]
    told = world.app.rights.ask(Right.ERASURE, PROFILE)
    assert steps(told)["clay"] == "task"
    with pytest.raises(UserError, match="has no task in ghl"):
        world.app.rights.done(told["request"], "ghl")
    ended = world.app.rights.done(told["request"].lower(), "clay")
    assert ended["ended_at"]
    assert {"removed": 0, "note": "done by hand"} in [one["receipt"] for one in ended["steps"]]
    with pytest.raises(UserError, match="there is no request"):
        world.app.rights.show("nothing")


@pytest.mark.parametrize(
    "rounds", [pytest.param(0, marks=pytest.mark.long), 3, pytest.param(8, marks=pytest.mark.long)]
)
def test_whoever_objects_is_left_alone_and_the_values_stay(world: World, sides: Sides, rounds: int) -> None:
    """At the start, under way and at the end; other systems silence the person."""
    (lead_id,) = world.take([canary()], NOW)
    for _ in range(rounds):
        world.step()
        world.let_time_pass(1)
    before = world.leads()[lead_id]
    told = world.app.rights.ask(Right.OBJECTION, EMAIL)
    world.let_time_pass(70)
    world.app.rights.go_on()
    calls = world.sandbox_ledger()
    status = world.settle()
    assert (status["leads"]["objected"], status["balanced"]) == (1, True)
    assert world.sandbox_ledger() == calls
    after = world.leads()[lead_id]
    assert (after.state, after.input, after.enrichment) == (State.OBJECTED, before.input, before.enrichment)
    assert world.take([canary()], NOW) == [""]
    assert world.app.refresh.run({State.SYNCED: -1.0, State.OBJECTED: 1e9}) == 0
    assert set(steps(told)) == {"ghl", "instantly", "ledger"}
    assert len(sides.crms["instantly"].asked) >= 1
    world.app.rights.ask(Right.ERASURE, EMAIL)
    assert world.leads() == {}


def test_whoever_is_kept_no_longer_is_forgotten_here_and_at_clay_and_may_come_again(
    world: World, sides: Sides, tmp_path: Path
) -> None:
    """Counted from the first collection, whatever came later."""
    (lead_id,) = world.take([canary()], NOW)
    (young,) = world.people(1)
    world.settle()
    with world.app.ledger.engine.begin() as connection:
        connection.execute(update(leads).where(leads.c.id == lead_id).values(retention_until=1.0))
    assert world.take([canary(source_name="Later")], NOW) == [lead_id]
    world.app.run_schedule("retention")
    world.app.rights.go_on()
    (told,) = world.app.rights.latest(10)
    assert (told["right"], told["ended_at"] is not None) == ("retention", True)
    assert set(steps(told)) == {"clay", "ledger"}
    assert set(world.leads()) == {young}
    assert traces(world, tmp_path) == {}
    assert not sides.crms["ghl"].asked
    world.app.run_schedule("retention")
    assert len(world.app.rights.latest(10)) == 1
    (again,) = world.take([canary()], NOW)
    assert again not in {"", lead_id}
    assert world.settle()["balanced"]


def test_whoever_is_on_a_list_goes_and_does_not_come(world: World, sides: Sides, tmp_path: Path) -> None:
    """Those who are here are erased everywhere, the others kept out."""
    world.take([canary()], NOW)
    world.people(1)
    world.settle()
    listed = [Who(email=EMAIL), Who(phone="+14155550100"), Who(slug="nobody-yet")]
    told = world.app.rights.suppress(listed)
    assert (told["suppressed"], told["new"], told["leads"]) == (3, 3, 1)
    assert len(world.leads()) == 1
    assert traces(world, tmp_path) == {}
    (asked,) = sides.crms["ghl"].asked
    assert EMAIL in asked.emails
    assert "+14155550100" not in asked.phones
    assert world.take([canary(), canary(linkedin_url="linkedin.com/in/nobody-yet", email="")], NOW) == [
        "",
        "",
    ]
    again = world.app.rights.suppress(listed)
    assert (again["suppressed"], again["new"], again["leads"], again["requests"]) == (3, 0, 0, [])


def test_nothing_of_the_person_stands_in_what_a_request_says(world: World, sides: Sides) -> None:
    """Ids and figures: the receipt is a proof that says nothing of whom it is about."""
    del sides
    world.take([canary()], NOW)
    world.settle()
    told = world.app.rights.ask(Right.ERASURE, PROFILE)
    assert MARK not in str(told)
    assert MARK not in str(world.app.rights.latest(1))
    assert world.story(told["lead_ids"][0])[-1] == "erasure"


def test_what_was_collected_first_counts_also_where_it_comes_in_later(world: World, sides: Sides) -> None:
    """An older file, imported after a newer one, with somebody who is known already or comes twice in it."""
    del sides
    newer, older = canary(scraped_at="2026-01-15T10:00:00Z"), canary(scraped_at="2025-03-01T10:00:00Z")
    (lead_id,) = world.take([newer], NOW)
    assert world.take([older, newer], NOW) == [lead_id, lead_id]
    others = [{**one, "linkedin_url": "linkedin.com/in/another", "email": ""} for one in (newer, older)]
    (other, _) = world.take(others, NOW)
    with world.app.ledger.engine.connect() as connection:
        held = connection.execute(select(leads.c.id, leads.c.retention_until)).all()
    until = datetime(2027, 3, 1, 10, tzinfo=UTC).timestamp()
    assert {row.id: row.retention_until for row in held} == {lead_id: until, other: until}
    said = provenance(world.leads()[lead_id])["processing"]["retention_until"]
    assert said == "2027-03-01T10:00:00Z"
