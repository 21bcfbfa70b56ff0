"""At whatever moment of the pipeline somebody asks to be forgotten, nothing of them is left."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.states import State
from tests.integration.pipeline.rights_world import (
    Sides,
    assert_gone,
    canary,
    carry_on,
    erase,
    traces,
    usually,
    values_of,
    with_sides,
)
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.world import World


@pytest.mark.usefixtures("sides")
@pytest.mark.parametrize("rounds", usually(2, 5, long=(0, 1, 3, 4)))
def test_at_each_step_of_the_way_the_person_is_forgotten(world: World, tmp_path: Path, rounds: int) -> None:
    """Received, submitted, enriching, scored, syncing, synced: among others, who are not touched."""
    others = world.people(3)
    (lead_id,) = world.take([canary()], NOW)
    for _ in range(rounds):
        world.step()
        world.let_time_pass(1)
    marks = values_of(world, lead_id)
    assert erase(world)["lead_ids"] == [lead_id]
    assert lead_id not in world.leads()
    assert_gone(world, tmp_path, marks)
    assert {world.leads()[other].state for other in others} == {State.SYNCED}
    assert {row["lead_id"] for row in world.rows()} == set(others)
    assert world.app.status()["leads"]["erased"] == 1


@contextmanager
def after_commit(world: World, number: int, act: Callable[[], None]) -> Iterator[None]:
    """Right after the program's commit with this number something happens, whoever made it."""
    ledger, made, lock = world.app.ledger, [0], Lock()
    real = ledger.begin

    @contextmanager
    def begin() -> Iterator[Any]:
        with real() as tx:
            yield tx
        with lock:
            made[0] += 1
            now = made[0] == number
        if now:
            act()

    ledger.begin = begin  # type: ignore[method-assign]  # it is given back
    try:
        yield
    finally:
        ledger.begin = real  # type: ignore[method-assign]


MOMENTS = range(1, 31)


@pytest.mark.usefixtures("sides")
@pytest.mark.parametrize("moment", usually(7, 12, long=[one for one in MOMENTS if one not in {7, 12}]))
def test_after_any_commit_of_the_pipeline_the_person_is_forgotten(
    world: World, tmp_path: Path, moment: int
) -> None:
    """Between taking in hand and calling, between calling and writing down, between one step and the next."""
    others = world.people(2)
    told: list[dict[str, Any]] = []
    marks: list[str] = []

    def forget() -> None:
        (lead_id,) = set(world.leads()).difference(others)
        marks.extend(values_of(world, lead_id))
        told.append(erase(world))

    with after_commit(world, moment, forget):
        world.take([canary()], NOW)
        while not told and (world.step() or not world.app.status()["settled"]):
            world.let_time_pass(1)
    if not told:
        forget()
    assert told[0]["leads"] == 1
    assert_gone(world, tmp_path, marks)
    assert {row["lead_id"] for row in world.rows()} == set(others)
    assert {world.leads()[other].state for other in others} == {State.SYNCED}


def wrapped(world: World, party: str, name: str, act: Callable[[], None], *, before: bool) -> None:
    """In the middle of the first call of that name something happens."""
    part = world.app.enricher if party == "clay" else {t.value: c for t, c in world.app.crms.items()}[party]
    real = getattr(part, name)
    done: list[str] = []

    def call(*given: Any, **more: Any) -> Any:
        if done:
            return real(*given, **more)
        done.append(name)
        if before:
            act()
        answer = real(*given, **more)
        answer = list(answer) if name == "upsert" else answer
        if not before:
            act()
        return iter(answer) if name == "upsert" else answer

    setattr(part, name, call)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("party", "name"),
    [
        ("clay", "submit"),
        pytest.param("clay", "start", marks=pytest.mark.long),
        pytest.param("clay", "fetch", marks=pytest.mark.long),
        ("ghl", "upsert"),
        pytest.param("clay", "write_back", marks=pytest.mark.long),
    ],
)
def test_a_call_that_is_under_way_ends_without_bringing_the_person_back(
    world: World, sides: Sides, tmp_path: Path, party: str, name: str, *, before: bool
) -> None:
    """What it has made at the other side is removed when it is over."""
    (lead_id,) = world.take([canary()], NOW)
    others = world.people(2)
    told: list[dict[str, Any]] = []
    wrapped(world, party, name, lambda: told.append(erase(world)), before=before)
    for _ in range(8):
        world.step()
        world.let_time_pass(2)
    assert len(told) == 1
    assert {one["state"] for one in told[0]["steps"]} == {"due"}
    assert_gone(world, tmp_path, [])
    assert {row["lead_id"] for row in world.rows()} == set(others)
    assert all(len(side.asked) == 2 for side in sides.crms.values())
    assert lead_id in sides.crms["ghl"].asked[1].lead_ids


RULES = """
rules:
  - name: everybody
    then:
      targets: [ghl]
      deal: {ghl: {pipeline: Inbound, stage: New, name: "{company_name} asks"}}
"""


def test_no_deal_is_opened_for_whoever_asked_while_the_contact_was_written(
    install: Callable[..., World], tmp_path: Path
) -> None:
    """What it would be called is not written down either; the others have theirs."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    world = install(ROUTING_FILE=str(rules))
    with_sides(world, HomeList(tmp_path))
    world.take([canary()], NOW)
    world.people(2)
    told: list[dict[str, Any]] = []
    wrapped(world, "ghl", "upsert", lambda: told.append(erase(world)), before=False)
    world.settle()
    carry_on(world)
    books = world.sandbox_ledger()["ghl"]
    assert len(told) == 1
    assert (books["contacts"], books["deals"]) == (3, 2)
    assert traces(world, tmp_path) == {}
