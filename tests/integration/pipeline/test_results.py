"""Results are taken in once, however they come; what is not understood is kept."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alpha_swarm.domain.states import EnrichmentStatus, State, Step
from alpha_swarm.errors import RateLimitedError
from alpha_swarm.ledger.schema.tables import inbox
from tests.integration.pipeline import books
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import RowResult
    from tests.integration.world import World

#: People whose enrichment fails in the sandbox, for they are drawn by its seed and their address.
FAILING = ("person-283", "person-296", "person-456")
_PARTIAL = ("linkedin_url", "lead_id", "email_work", "enrichment_status")


@pytest.fixture
def announced(install: Callable[..., World]) -> World:
    """Eight leads whose rows are finished, with the first question for them an hour away."""
    world = install(CLAY_POLL_AFTER="3600")
    world.people(8)
    world.work()
    assert world.app.status()["leads"]["enriching"] == 8
    return world


def finished(world: World) -> list[dict[str, object]]:
    """The rows, all through."""
    rows = world.rows()
    assert all(row["enrichment_status"] not in {"pending", "in_progress"} for row in rows)
    return rows


def questions(world: World) -> int:
    """How often rows were asked for."""
    return int(world.sandbox_ledger()["clay"]["calls"].get("searchRows", 0))


def letters(world: World) -> list[str]:
    """The states of the inbox."""
    with world.app.ledger.read() as tx:
        return [row.state for row in tx.session.rows(select(inbox.c.state).order_by(inbox.c.id))]


def deliver(world: World, bodies: Sequence[bytes]) -> None:
    """As the door does, one webhook a request."""
    for body in bodies:
        world.app.receive_webhook([body])


def test_whole_webhooks_need_no_question(announced: World) -> None:
    deliver(announced, [announced.webhook(row) for row in finished(announced)])
    announced.settle()
    books.check(announced)
    assert questions(announced) == 0
    assert set(letters(announced)) == {"done"}


def test_partial_webhooks_have_their_rows_fetched_at_once(announced: World) -> None:
    deliver(announced, [announced.webhook(row, _PARTIAL) for row in finished(announced)])
    announced.settle()
    books.check(announced)
    assert questions(announced) == 1


def test_duplicated_and_shuffled_webhooks_count_once(announced: World) -> None:
    rows = finished(announced)
    bodies = [announced.webhook(row) for row in rows] * 2
    bodies += [announced.webhook(row, _PARTIAL) for row in rows]
    random.Random(4).shuffle(bodies)
    deliver(announced, bodies[:10])
    announced.step()
    deliver(announced, bodies[10:])
    announced.work()
    deliver(announced, [announced.webhook(row) for row in announced.rows()])  # written back by now
    announced.settle()
    books.check(announced)
    for lead_id in announced.leads():
        story = announced.story(lead_id)
        assert (story.count("enriched"), story.count("written_back")) == (1, 1)


def test_lost_webhooks_are_made_up_for_by_asking(announced: World) -> None:
    deliver(announced, [announced.webhook(row) for row in finished(announced)[::2]])
    assert announced.work()["leads"]["enriching"] == 4
    announced.let_time_pass(3600.0)
    announced.settle()
    books.check(announced)


def test_a_result_that_comes_before_the_answer_is_charged_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The webhook is read while the call that started the enrichment is still under way."""
    world.people(4)
    world.step()
    start = world.app.enricher.start

    def slow(row_ids: Sequence[str], key: str) -> object:
        outcomes = start(row_ids, key)
        deliver(world, [world.webhook(row) for row in finished(world)])
        world.app.read_inbox()
        assert world.app.status()["leads"]["submitted"] == 0
        return outcomes

    monkeypatch.setattr(world.app.enricher, "start", slow)
    world.settle()
    books.check(world)
    assert all(Step.COLLECT not in owed(world, key) for key in world.leads())


def owed(world: World, lead_id: str) -> set[Step]:
    """What is still to be done for a lead."""
    with world.app.ledger.read() as tx:
        return set(tx.work.of(lead_id))


def test_what_is_unknown_or_unreadable_is_kept_and_harms_nothing(announced: World) -> None:
    rows = finished(announced)
    stranger = {**rows[0], "id": "row_of_somebody_else", "lead_id": "nobody"}
    known = announced.webhook(rows[0])
    bodies = [announced.webhook(stranger), b"no json", b"\xff\xfe", b"{}", b"[]", b"null", known]
    deliver(announced, bodies)
    announced.work()
    assert letters(announced) == ["orphan", *["unreadable"] * 5, "done"]
    with announced.app.ledger.read() as tx:
        kept = [row.body for row in tx.session.rows(select(inbox.c.body).order_by(inbox.c.id))]
    assert kept == [*bodies[:-1], None]
    announced.settle()
    books.check(announced)


def test_hundreds_of_letters_are_read_page_by_page(announced: World) -> None:
    noise = [f"noise {number}".encode() for number in range(230)]
    announced.app.receive_webhook([*noise, *(announced.webhook(row) for row in finished(announced))])
    announced.settle()
    assert letters(announced).count("unreadable") == 230
    books.check(announced)


def test_an_enrichment_that_failed_is_a_dead_letter_that_is_not_replayed_by_itself(world: World) -> None:
    """Another try would be another charge."""
    world.take([person(name) for name in (*FAILING, "person-1", "person-2")], NOW)
    world.settle()
    failed = [lead for lead in world.leads().values() if lead.state is State.DEAD]
    assert len(failed) == len(FAILING)
    for lead in failed:
        (death,) = world.deaths(lead.id)
        assert (death["cause"], death["class"]) == ("enrichment_failed", "permanent")
    before = world.sandbox_ledger()
    world.let_time_pass(30 * 86400.0)
    world.app.replay()
    world.settle()
    assert world.sandbox_ledger() == before
    books.check(world)


def test_a_result_that_never_comes_is_given_up_at_the_deadline(install: Callable[..., World]) -> None:
    world = install(CLAY_HARD_DEADLINE="7200")
    world.people(2)
    while not world.app.status()["leads"]["enriching"]:
        world.step()
    world.fault(service="clay", operation="searchRows", fault="status", status=500)
    world.let_time_pass(7100.0)
    world.work()
    assert world.app.status()["leads"]["enriching"] == 2  # not being able to ask is no answer
    world.mend()
    for row in world.rows():
        world._clay("PATCH", f"/tables/{row['table_id']}/rows/{row['id']}", {"enrichment_status": "pending"})
    world.let_time_pass(7300.0)
    status = world.work()
    assert status["leads"]["dead"] == 2
    assert {world.deaths(key)[0]["cause"] for key in world.leads()} == {"result_timeout"}


def test_trouble_with_asking_costs_no_lead(world: World) -> None:
    world.fault(service="clay", operation="searchRows", fault="status", status=502, times=5)
    world.people(4)
    world.settle()
    books.check(world)


def exports(world: World) -> int:
    """How often the table was exported."""
    made: int = world.sandbox_ledger()["clay"]["calls"].get("exportRows", 0)
    return made


@pytest.fixture
def given_up(install: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """Makes an installation with three leads whose rows looked unfinished until the deadline, and are not."""

    def make(**environ: str) -> World:
        world = install(CLAY_HARD_DEADLINE="60", **environ)
        lead_ids = world.people(3)
        fetch = world.app.enricher.fetch

        def unfinished(row_ids: Sequence[str]) -> dict[str, object]:
            pending = EnrichmentStatus.PENDING
            return {key: replace(row, status=pending) for key, row in fetch(row_ids).items()}

        with monkeypatch.context() as patch:
            patch.setattr(world.app.enricher, "fetch", unfinished)
            world.settle()
        assert [death["cause"] for key in lead_ids for death in world.deaths(key)] == ["result_timeout"] * 3
        return world

    return make


def test_a_result_that_comes_after_the_deadline_is_worth_its_money(given_up: Callable[..., World]) -> None:
    """Its lead is dead by then; the dead letter is resolved, the credits are spent, the lead goes on."""
    world = given_up()
    deliver(world, [world.webhook(row) for row in finished(world)])
    world.work()
    world.settle()
    books.check(world)
    assert not any(world.deaths(key) for key in world.leads())


def test_an_export_brings_in_what_nobody_told_of(given_up: Callable[..., World]) -> None:
    """All that are missing in one call; where none is, none is asked for."""
    world = given_up()
    before = exports(world)
    world.app.run_schedule("export")
    assert exports(world) == before + 1
    world.settle()
    assert not any(world.deaths(key) for key in world.leads())
    world.app.run_schedule("export")
    assert exports(world) == before + 1
    books.check(world)


def test_exports_go_on_where_their_limit_stopped_them(
    given_up: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = given_up(CLAY_BATCH_EXPORT="1")
    export, asked = world.app.enricher.export, list[str]()

    def limited(row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        if len(asked) == 2:
            raise RateLimitedError("two an hour", after=3600.0)
        asked.extend(row_ids)
        return export(row_ids)

    with monkeypatch.context() as patch:
        patch.setattr(world.app.enricher, "export", limited)
        world.app.run_schedule("export")
    assert len(set(asked)) == 2
    assert sum(bool(world.deaths(key)) for key in world.leads()) == 1
    world.app.run_schedule("export")
    world.settle()
    books.check(world)
    assert not any(world.deaths(key) for key in world.leads())
