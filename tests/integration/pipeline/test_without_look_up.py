"""Where nobody can be asked what became of a call, a lead is held and never sent a second time by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.connectors.clay.rest import ClayRest
from alpha_swarm.domain.states import State

if TYPE_CHECKING:
    from tests.integration.world import World


@pytest.fixture
def silent(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A transport without look-up."""
    capabilities = replace(world.app.enricher.capabilities, looks_up=False)
    monkeypatch.setattr(ClayRest, "capabilities", property(lambda _: capabilities))
    return world


def test_an_unknown_outcome_holds_the_lead(silent: World) -> None:
    silent.fault(service="clay", operation="addRows", fault="reset", when="after", times=1)
    lead_ids = silent.people(3)
    status = silent.settle()
    assert status["leads"]["held"] == 3
    assert status["settled"]
    assert status["balanced"]
    for _ in range(3):
        silent.let_time_pass(3600.0)
        silent.work()
    assert silent.sandbox_ledger()["clay"]["rows_added"] == 3
    assert all(silent.story(key).count("held") == 1 for key in lead_ids)


def test_its_result_sets_it_free(silent: World) -> None:
    """A held lead whose credits were spent all the same is taken in when its result comes."""
    silent.fault(service="clay", operation="enrichRows", fault="reset", when="after", times=1)
    silent.people(3)
    assert silent.settle()["leads"]["held"] == 3
    rows: list[dict[str, Any]] = silent.rows()
    silent.app.receive_webhook([silent.webhook(row) for row in rows])
    silent.work()
    silent.settle()
    ends = {lead.state for lead in silent.leads().values()}
    assert State.HELD not in ends
    assert silent.app.status()["credits"]["day"]["reserved"] == 0
