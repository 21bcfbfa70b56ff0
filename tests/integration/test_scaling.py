"""KEDA's questions to the ledger: about the right steps, and with the right answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.proof import time_travel
from alpha_swarm.proof.postgresql import database
from alpha_swarm.queueing.queues import ROUTES
from tests.integration import deployed
from tests.integration.ledger.actors import add, arrival, config

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALED = deployed.of_kind("ScaledObject")
#: What each ends with: how much is due, and for how long.
QUESTIONS = 2


def asked(name: str) -> list[str]:
    """The queries of one."""
    return [trigger["metadata"]["query"] for trigger in SCALED[name]["spec"]["triggers"]]


def test_each_worker_that_is_scaled_is_one_and_has_no_fixed_number() -> None:
    """And each that is not has one."""
    deployments = deployed.of_kind("Deployment")
    assert SCALED.keys() == {name for name, one in deployments.items() if "replicas" not in one["spec"]}
    for name, one in SCALED.items():
        assert one["spec"]["scaleTargetRef"] == {"name": name}
        assert 1 <= one["spec"]["minReplicaCount"] < one["spec"]["maxReplicaCount"]


@pytest.mark.parametrize("name", SCALED)
def test_a_worker_is_scaled_by_the_steps_of_its_queue(name: str) -> None:
    (queue,) = deployed.container(deployed.of_kind("Deployment")[name])["args"][1:]
    steps = {step.value for step, route in ROUTES.items() if route.queue == queue}
    assert len(asked(name)) == QUESTIONS
    for query in asked(name):
        (listed,) = re.findall(r"step IN \(([^)]*)\)", query)
        assert set(re.findall(r"'([^']+)'", listed)) == steps
        parties = set(re.findall(r"target = '(\w+)'", query))
        assert parties == {step.party for step in Step if step.value in steps}


def test_the_way_to_the_ledger_is_one_that_is_given() -> None:
    """By a secret of its own, with a key that stands in the example."""
    ways = deployed.of_kind("TriggerAuthentication")
    used = {
        trigger["authenticationRef"]["name"] for one in SCALED.values() for trigger in one["spec"]["triggers"]
    }
    assert used == ways.keys()
    for way in ways.values():
        (reference,) = way["spec"]["secretTargetRef"]
        assert reference["key"] in deployed.of_kind("Secret")[reference["name"]]["stringData"]


@pytest.fixture
def ledger(postgresql_server: str, postgresql_template: str) -> Iterator[SqlLedger]:
    """On PostgreSQL, where there is one."""
    with database(postgresql_server, postgresql_template) as url:
        ledger = SqlLedger(config(url))
        yield ledger
        ledger.close()


def answers(ledger: SqlLedger, name: str) -> list[Any]:
    """What the database says."""
    with ledger.engine.connect() as connection:
        return [connection.execute(text(query)).scalar_one() for query in asked(name)]


@pytest.mark.postgresql
def test_the_database_answers_with_what_is_due_and_for_how_long(ledger: SqlLedger) -> None:
    """A whole number each; of nothing, nought."""
    assert [answers(ledger, name) for name in SCALED] == [[0, 0]] * len(SCALED)
    add(ledger, [arrival("ada"), arrival("bob")])
    time_travel.let_time_pass(ledger.engine, 300.0)
    depth, age = answers(ledger, "ingest")
    assert (depth, isinstance(age, int)) == (2, True)
    assert 300 <= age < 330
    assert answers(ledger, "enrich") == [0, 0]
    with ledger.begin() as tx:
        tx.pauses.pause("clay", "by hand", 60.0)
    assert answers(ledger, "ingest") == [0, 0], "a pause is no reason for more workers"
