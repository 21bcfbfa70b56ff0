"""A ping makes results come now; one about a run that nobody here knows brings back whom an answer lost."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.domain.states import State, Step
from alpha_swarm.errors import OutcomeUnknownError
from alpha_swarm.ledger.schema.tables import inbox, unknown_runs
from alpha_swarm.pipeline.pings import PINGS
from alpha_swarm.ports.records import Owed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World


@pytest.fixture
def world(install: Callable[..., World], sandbox: str) -> World:
    """An installation whose leads go in by runs."""
    return install(
        CLAY_TRANSPORT="routines",
        CLAY_PUBLIC_API_BASE_URL=f"{sandbox}/clay/public/v0",
        CLAY_ROUTINE_ID="function:t_1",
    )


def ping(run_id: str | None, moment: int = 0) -> bytes:
    """What comes when a run is over; ``None`` is a test event."""
    data = {} if run_id is None else {"routine_run_id": run_id}
    return json.dumps(
        {"webhookId": "wh_1", "createdAt": f"2026-06-16T17:50:0{moment}Z", "data": data}
    ).encode()


def deliver(world: World, *bodies: bytes) -> None:
    """As the door does, and read at once."""
    world.app.receive_webhook(bodies, PINGS)
    world.app.read_inbox()


def sent(world: World, leads: Mapping[str, Lead]) -> str:
    """Submit these and write down that they were accepted; the run's id."""
    outcomes = world.app.enricher.submit(list(leads.values()), "key")
    rows = {key: str(getattr(outcome, "reference", "")) for key, outcome in outcomes.items()}
    awaited(world, leads, rows)
    return next(iter(rows.values())).partition("/")[0]


def lost(world: World, leads: Mapping[str, Lead]) -> str:
    """Submit these and lose the answer to an accepted call; the run's id, which nobody here knows."""
    world.fault(service="clay", operation="runRoutine", fault="reset", when="after", times=1)
    with pytest.raises(OutcomeUnknownError):
        world.app.enricher.submit(list(leads.values()), "key")
    awaited(world, leads, {})
    run: str = world.sandbox_ledger()["clay"]["routines"]["item_list"][-1]["run_id"]
    return run


def awaited(world: World, leads: Mapping[str, Lead], rows: Mapping[str, str]) -> None:
    """Their results are asked for in an hour."""
    with world.app.ledger.begin() as tx:
        tx.leads.submitted(rows)
        tx.leads.move(dict.fromkeys(leads, State.ENRICHING))
        tx.work.finish(Step.INGEST, list(leads))
        tx.work.owe(
            Owed(lead_id=key, step=Step.COLLECT, turn=lead.turn, delay=3600.0) for key, lead in leads.items()
        )


def due(world: World) -> set[str]:
    """Those whose results are to be asked for now."""
    with world.app.ledger.read() as tx:
        return set(tx.work.due([Step.COLLECT], 1000).get(Step.COLLECT, []))


def letters(world: World) -> list[str]:
    """The states of the inbox."""
    with world.app.ledger.read() as tx:
        return [row.state for row in tx.session.rows(select(inbox.c.state).order_by(inbox.c.id))]


def unknown(world: World) -> list[str]:
    """The runs that are still to be asked about."""
    with world.app.ledger.read() as tx:
        return [row.run_id for row in tx.session.rows(select(unknown_runs.c.run_id))]


def routines(world: World) -> Any:
    """The other side's account."""
    return world.sandbox_ledger()["clay"]["routines"]


def test_the_leads_of_a_run_are_collected_now(world: World) -> None:
    """They alone, without another question."""
    world.people(6)
    leads = world.leads()
    ours = dict(list(leads.items())[:3])
    others = {key: lead for key, lead in leads.items() if key not in ours}
    run = sent(world, ours)
    sent(world, others)
    assert due(world) == set()
    deliver(world, ping(run))
    assert due(world) == set(ours)
    assert "getRunResults" not in world.sandbox_ledger()["clay"]["calls"]
    world.app.follow(Step.COLLECT, [])
    states = {key: lead.state for key, lead in world.leads().items()}
    assert State.ENRICHING not in {states[key] for key in ours}
    assert {states[key] for key in others} == {State.ENRICHING}


def test_pings_may_come_again_or_be_tests_or_nonsense(world: World) -> None:
    """Each is read; none harms."""
    world.people(2)
    run = sent(world, world.leads())
    deliver(world, ping(run), ping(run), ping(run, 1), ping(None), b"no ping")
    assert sorted(letters(world)) == ["done", "done", "done", "unreadable"]
    world.app.follow(Step.COLLECT, [])
    deliver(world, ping(run, 2))
    assert due(world) == set()
    assert unknown(world) == []


def test_a_run_whose_answer_was_lost_is_found_by_its_ping(world: World) -> None:
    """Its leads get their rows and results, and are charged for once."""
    world.people(3)
    run = lost(world, world.leads())
    assert {lead.row_id for lead in world.leads().values()} == {None}
    deliver(world, ping(run))
    leads = world.leads()
    assert {key: lead.row_id for key, lead in leads.items()} == {
        key: f"{run}/{request_id(lead)}" for key, lead in leads.items()
    }
    assert all("found" in world.story(key) for key in leads)
    assert due(world) == set(leads)
    world.app.follow(Step.COLLECT, [])
    assert State.ENRICHING not in {lead.state for lead in world.leads().values()}
    assert (routines(world)["items"], routines(world)["items_more_than_once"]) == (3, 0)
    assert unknown(world) == []


def test_a_run_that_cannot_be_asked_about_is_asked_about_again(world: World) -> None:
    """A minute later, by whoever reads the inbox then."""
    world.people(1)
    run = lost(world, world.leads())
    world.fault(service="clay", operation="getRunResults", fault="status", status=502, times=1)
    deliver(world, ping(run))
    world.app.read_inbox()
    assert unknown(world) == [run]
    with world.app.ledger.read() as tx:
        assert not tx.runs.waiting()
    world.let_time_pass(61.0)
    with world.app.ledger.read() as tx:
        assert tx.runs.waiting()
    world.app.read_inbox()
    assert unknown(world) == []
    assert due(world) == set(world.leads())


def test_a_run_of_somebody_else_is_forgotten(world: World) -> None:
    """Whether nobody knows it or its items are not ours."""
    stranger = {"id": "somebody", "inputs": {"linkedin_url": "https://www.linkedin.com/in/x"}}
    answer = world._session.post(
        f"{world.url}/clay/public/v0/routines/function:t_1/run", json={"items": [stranger]}, timeout=60
    )
    deliver(world, ping("run_none"), ping(answer.json()["routine_run_id"]))
    assert unknown(world) == []


def test_a_run_of_an_earlier_generation_says_nothing(world: World) -> None:
    """Its lead was sent anew since, under another request id."""
    world.people(1)
    (lead,) = world.leads().values()
    run = lost(world, {lead.id: lead})
    with world.app.ledger.begin() as tx:
        tx.leads._change(lead.id, generation=2)
    deliver(world, ping(run))
    assert (world.leads()[lead.id].row_id, due(world), unknown(world)) == (None, set(), [])


def test_a_lead_that_is_in_two_runs_keeps_to_its_own(world: World) -> None:
    """Two runs of one request were paid for; either result will do, and it is asked for once."""
    world.people(1)
    leads = world.leads()
    second = lost(world, leads)
    first = sent(world, leads)
    deliver(world, ping(second))
    (lead,) = world.leads().values()
    assert (lead.row_id or "").startswith(f"{first}/")
    assert due(world) == {lead.id}


def test_pings_mean_nothing_to_another_transport(install: Callable[..., World]) -> None:
    """They are kept for a person to look at."""
    other = install()
    deliver(other, ping("run_1"))
    assert letters(other) == ["orphan"]


@pytest.mark.parametrize("crashes", [False, True])
def test_a_run_that_its_ping_found_first_is_kept_by_the_worker_that_lost_its_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, *, crashes: bool
) -> None:
    """The ping is read while the call is still waited for, or before a dead worker's lead is taken up."""
    world.people(2)
    submit = world.app.enricher.submit

    def hangs(leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        world.fault(service="clay", operation="runRoutine", fault="reset", when="after", times=1)
        with pytest.raises(OutcomeUnknownError) as lost_answer:
            submit(leads, key)
        run: str = routines(world)["item_list"][-1]["run_id"]
        deliver(world, ping(run))
        raise KeyboardInterrupt if crashes else lost_answer.value

    monkeypatch.setattr(world.app.enricher, "submit", hangs)
    with pytest.raises(KeyboardInterrupt) if crashes else nullcontext():
        world.app.follow(Step.INGEST, [])
    for _ in range(2):
        world.let_time_pass(120.0)
        world.work()
    world.settle()
    assert {lead.state for lead in world.leads().values()} <= {State.SYNCED, State.UNENRICHABLE, State.DEAD}
    assert world.app.status()["credits"]["day"]["reserved"] == 0
    assert (routines(world)["items"], unknown(world)) == (2, [])
