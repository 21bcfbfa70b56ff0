"""Metrics are counted by the ledger: the same whoever is asked, and none ever falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from alpha_swarm.assembly.parts import scopes
from alpha_swarm.coordination.windows import windows
from alpha_swarm.domain.messages.alerts import Alert, Level
from alpha_swarm.domain.providers.uses import Part
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.schema.tables import dead_letters
from alpha_swarm.ports.edge import Exchange, Passage
from alpha_swarm.ports.records import Death
from alpha_swarm.proof import time_travel
from tests.integration.api_door import LEAD, open_door
from tests.integration.scraped import busy_door, scrape
from tests.integration.world import NOW, QUIET, person, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alpha_swarm.coordination.embedded import EmbeddedServer
    from tests.integration.api_door import Door


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A new installation's door, with a CRM."""
    with open_door(tmp_path, SYNC_TARGETS="hubspot", HUBSPOT_ACCESS_TOKEN="unused") as door:
        yield door


def refuse(door: Door, target: str, times: int) -> None:
    """Calls that are answered with 429."""
    for _ in range(times):
        door.app.limits.leave(
            Passage(target=target, limit=None), Exchange(status=429, seconds=0.1, headers={})
        )


def test_arrivals_are_counted_by_door_and_outcome(door: Door) -> None:
    """Accepted, known already, rejected."""
    door.post({"leads": [LEAD, {**LEAD, "linkedin_url": "https://example.com/nobody"}]})
    door.post(LEAD)
    found = scrape(door)
    for outcome in ("accepted", "duplicates", "rejected"):
        assert found("arrivals_total", door="api", outcome=outcome) == 1


def test_counters_are_the_same_after_a_restart(tmp_path: Path) -> None:
    """The process that counted is gone, and nothing falls."""
    with open_door(tmp_path) as door:
        door.post(LEAD)
        with door.app.ledger.begin() as tx:
            tx.providers.book({"apollo": Part(uses=3)})
        before = scrape(door).counters
    assert any(before.values())
    with open_door(tmp_path) as door:
        assert scrape(door).counters == before


def test_refused_calls_are_counted_and_outlive_redis(server: EmbeddedServer, door: Door) -> None:
    """Each 429 of any process once, whoever books it; a party that never refused shows 0."""
    assert server.url
    refuse(door, "clay", 3)
    door.app.beat()
    door.app.redis.flushall()
    refuse(door, "clay", 1)
    door.app.beat()
    door.app.beat()
    found = scrape(door)
    assert found("calls_refused_total", target="clay") == 4
    assert found("calls_refused_total", target="hubspot") == 0


def test_limits_show_their_use_and_what_was_learned(server: EmbeddedServer, door: Door) -> None:
    """The most that may go is what is set, or what a refusal showed where that is lower."""
    assert server.url
    app = door.app
    app.redis.set("alpha-swarm:{gate}:since", 0)
    app.limits.enter(Passage(target="hubspot", limit="hubspot"))
    (window, *_) = windows("hubspot", scopes(app.settings)["hubspot"], app.settings.hubspot.limit)
    labels = {"limit": "hubspot", "unit": "calls", "window_seconds": f"{window.limit.seconds:g}"}
    assert scrape(door)("limit_used", **labels) == 1
    app.redis.hset(window.keys[1], "ceiling", window.most - 1)
    (shown,) = [one for one in app.limits.standing() if one["limit"] == "hubspot"]
    assert shown["learned"] == window.most - 1


def test_without_redis_nothing_is_said_of_what_is_not_known(door: Door) -> None:
    """The rest is told all the same."""
    found = scrape(door)
    assert "alpha_swarm_limit_used{" not in found.text
    assert found("balanced") == 1


def test_dead_letters_are_shown_by_class_with_their_age(door: Door) -> None:
    """Classes without any show 0, so that an alert sees the first one come."""
    lead_id = door.post(LEAD).json()["accepted"][0]["lead_id"]
    death = {"lead_id": lead_id, "cause": "rejected", "error": "no", "attempts": 1}
    with door.app.ledger.begin() as tx:
        tx.dead_letters.add([Death(step=Step.INGEST, kind="permanent", **death)])
        tx.session.run(update(dead_letters).values(died_at=dead_letters.c.died_at - 500))
    found = scrape(door)
    assert found("dead_letters", **{"class": "permanent"}) == 1
    assert 500 <= (found("dead_letters_oldest_seconds", **{"class": "permanent"}) or 0) < 560
    assert found("dead_letters", **{"class": "transient"}) == 0


def test_alerts_that_stand_are_shown_until_they_are_gone(door: Door) -> None:
    """By their key and level."""
    for key in ("breaker:ghl", "halt:clay:quota"):
        with door.app.ledger.begin() as tx:
            tx.alerts.raise_(Alert(key=key, level=Level.CRITICAL, text="it stands", remedy="mend it"))
    with door.app.ledger.begin() as tx:
        tx.alerts.gone(["breaker:ghl"])
    found = scrape(door)
    assert found("alert", key="halt:clay:quota", level="critical") == 1
    assert found("alert", key="breaker:ghl", level="critical") is None


def test_each_step_shows_its_oldest_due_work_unless_it_is_paused(door: Door) -> None:
    """Nobody waits for the end of a pause."""
    door.post(LEAD)
    time_travel.let_time_pass(door.app.ledger.engine, 100)
    found = scrape(door)
    assert 100 <= (found("step_oldest_seconds", step="ingest", target="clay") or 0) < 160
    assert found("step_oldest_seconds", step="sync-hubspot", target="hubspot") == 0
    door.app.pause("clay", 60.0)
    assert door.app.figures()["oldest"][Step.INGEST] == 0


def test_what_results_cost_is_what_the_budget_says(tmp_path: Path) -> None:
    """As of the last housekeeping; before the first one nothing is said."""
    with world(tmp_path, QUIET, f"sqlite:///{tmp_path}/ledger.db") as one:
        assert one.app.figures()["learned"] == {}
        one.people(10)
        one.take([person("person-1", source_name="Another")], NOW)
        one.settle()
        one.app.tidy()
        figures, budget = one.app.figures(), one.app.budget()
    assert figures["learned"]["saved"] == budget["saved"]
    assert budget["saved"]["duplicates"] == 1
    assert figures["learned"]["cost"].items() <= budget["cost"].items()
    assert figures["spent"][0] == budget["credits"]["month"]["spent"] > 0


def test_what_batches_came_to_is_told_where_the_ledger_sums_it_up(tmp_path: Path) -> None:
    """Leads and batches by outcome, and how long batches took."""
    with busy_door(tmp_path) as door:
        found = scrape(door)
    step = {"step": "sync-ghl", "target": "ghl"}
    assert found("step_leads_total", outcome="success", **step) == 90
    assert found("step_leads_total", outcome="failed", **step) == 10
    assert found("step_executions_total", **step) == 4
    assert found("step_execution_failures_total", **step) == 1
    assert found("step_duration_seconds_bucket", le="1", **step) == 3
    assert found("step_duration_seconds_count", **step) == 4
    assert found("step_duration_seconds_sum", **step) == 12.5
