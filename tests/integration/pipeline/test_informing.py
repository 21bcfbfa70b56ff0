"""Persons are told that their data is held, in time, and before they are written to where that is wanted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.main import run
from alpha_swarm.domain.states import State, Target
from tests.integration.world import environment

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
    chosen = sorted(disclosed)[:2]
    with world.app.ledger.begin() as tx:
        assert tx.informing.mark([*chosen, *chosen]) == chosen
        assert tx.informing.mark(chosen) == []
    assert told.keys() - due(world).keys() == set(chosen)
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
    assert run(["privacy", "notices", "--within", "366", "--json"]) == 0
    assert first in {one["lead_id"] for one in json.loads(capsys.readouterr().out)["notices"]}
    assert run(["privacy", "notices", "mark", first, "NOBODY"]) == 2
    assert "no such lead: NOBODY; nobody was marked" in capsys.readouterr().err
    assert run(["privacy", "notices", "mark", first.lower(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"marked": [first]}
    assert run(["privacy", "notices"]) == 0
    assert "are overdue" in capsys.readouterr().out
