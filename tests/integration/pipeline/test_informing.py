"""Persons are told that their data is held, in time, and before they are written to where that is wanted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ulid import ULID

from alpha_swarm.cli.main import run
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.leads.grounds import Grounds
from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.states import Priority, State, Target
from alpha_swarm.ledger.schema.tables import events
from tests.integration.world import NOW, environment, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.integration.world import World

DAY = 86_400.0


def due(world: World, days: float = 0.0) -> dict[str, Any]:
    """Lead id → when and why, of those who are due within so many days."""
    with world.app.ledger.read() as tx:
        return {one["lead_id"]: one for one in tx.informing.due(days * DAY, 100)["notices"]}


def grounds(world: World, lead_id: str) -> dict[str, Any]:
    """What the lead itself tells of how it is held."""
    told: dict[str, Any] = provenance(world.leads()[lead_id])["processing"]
    return told


def test_whoever_was_disclosed_is_due_at_once_and_the_others_after_a_month(world: World) -> None:
    """Counted from the collection; whoever is marked is due no more, and finds it in the story."""
    world.people(8)
    with world.app.ledger.read() as tx:
        today = tx.views.today()
    assert {one["notice_due_at"] for one in due(world, 3650).values()} == {"2026-02-14T10:00:00Z"}
    assert all(one["overdue"] is (today.isoformat() > "2026-02-14") for one in due(world, 3650).values())
    world.settle()
    disclosed = {lead.id for lead in world.leads().values() if lead.external_ids}
    late = today.isoformat() > "2026-02-14"
    told = due(world)
    assert disclosed <= told.keys()
    assert late or disclosed == told.keys()
    assert {one: grounds(world, one)["notice_due_at"] for one in told} == {
        one: notice["notice_due_at"] for one, notice in told.items()
    }
    chosen = sorted(disclosed)[:2]
    with world.app.ledger.begin() as tx:
        assert tx.informing.mark([*chosen, *chosen]) == chosen
        assert tx.informing.mark(chosen) == []
    assert told.keys() - due(world).keys() == set(chosen)
    assert {one for one in world.leads() if grounds(world, one)["informed_at"]} == set(chosen)
    assert world.story(chosen[0])[-1] == "informed"


def test_nobody_gets_into_a_campaign_before_they_were_informed(install: Callable[..., World]) -> None:
    """Into the records of customers they do; once they were informed they are sent on."""
    world = install(PRIVACY_NOTICE_FIRST="on")
    world.people(8)
    world.settle()
    assert world.sandbox_ledger()["instantly"]["leads"] == 0
    waiting = [lead for lead in world.leads().values() if lead.state is State.SYNCED and lead.external_ids]
    assert waiting
    assert "routed" in world.story(waiting[0].id)
    with world.app.ledger.begin() as tx:
        tx.informing.mark([waiting[0].id])
    assert world.app.resync.run([Target.INSTANTLY], again=False) == {Target.INSTANTLY: 1}
    world.settle()
    assert world.sandbox_ledger()["instantly"]["leads"] == 1


def test_by_hand(
    world: World,
    sandbox: str,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in environment(tmp_path, sandbox, database_url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    first, *_ = world.people(2)
    assert run(["privacy", "notices", "--within", "366", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert first in {one["lead_id"] for one in answer["notices"]}
    assert run(["privacy", "notices", "mark", first, "--language", "in French"]) == 2
    assert "a tag such as fr" in capsys.readouterr().err
    assert run(["privacy", "notices", "mark", first, "NOBODY"]) == 2
    assert "no such lead: NOBODY; nobody was marked" in capsys.readouterr().err
    assert run(["privacy", "notices", "mark", first.lower(), "--language", "fr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"marked": [first]}
    with world.app.ledger.read() as tx:
        assert tx.views.story(first)[-1]["detail"] == {"language": "fr"}
    assert run(["privacy", "notices"]) == 1
    assert "are overdue" in capsys.readouterr().out
    assert run(["privacy", "notices", "mark", *world.leads()]) == 0
    assert run(["privacy", "notices"]) == 0


def test_each_notice_tells_on_what_its_lead_is_held(
    world: World,
    sandbox: str,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the assessment of the day on which it was taken in, not by today's."""
    for name, value in environment(tmp_path, sandbox, database_url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (before,) = world.people(1)
    assessed = Grounds(assessment_id="LIA-7", assessment_version="2")
    now = replace(read_lead(person("assessed"), now=NOW), grounds=assessed)
    (since,) = world.app.receive.take([now], priority=Priority.NORMAL, door="test")
    monkeypatch.setenv("PRIVACY_ASSESSMENT_ID", "LIA-8")
    assert run(["privacy", "notices", "--within", "366", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    held = {one["lead_id"]: one["held_by"] for one in answer["notices"]}
    basis = {"legal_basis": "legitimate_interest"}
    assert held == {
        before: {**basis, "assessment_id": None, "assessment_version": None},
        since.lead_id: {**basis, "assessment_id": "LIA-7", "assessment_version": "2"},
    }
    assert run(["privacy", "notices"]) == 1
    said = "held by: legal_basis legitimate_interest, assessment_id LIA-7, assessment_version 2"
    assert said in capsys.readouterr().out


disclosures = st.lists(st.floats(-40.0, 40.0).map(lambda days: round(days, 3)), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(disclosures)
def test_a_notice_is_due_at_the_first_of_all_events(world: World, days: list[float]) -> None:
    """A month after the collection, or when data first went out, in whatever order it is written down."""
    name = str(ULID()).lower()
    (lead_id,) = world.take([person(name)], NOW)
    collected = datetime(2026, 1, 15, 10, tzinfo=UTC)
    moments = [collected + timedelta(days=one) for one in days]
    with world.app.ledger.begin() as tx:
        tx.session.add(
            events,
            [
                {"lead_id": lead_id, "kind": kind, "at": moment.timestamp(), "detail": {}}
                for moment in moments
                for kind in ("disclosed", "looked_at")
            ],
        )
    # Met once more: that is no new collection.
    assert world.take([person(name, scraped_at="2026-01-16T08:00:00Z")], NOW) == [lead_id]
    with world.app.ledger.read() as tx:
        found = {one["lead_id"]: one["notice_due_at"] for one in tx.informing.due(1e10, 10_000)["notices"]}
    expected = min([collected + timedelta(days=30), *moments]).replace(microsecond=0)
    assert read_moment(found[lead_id]) == expected
