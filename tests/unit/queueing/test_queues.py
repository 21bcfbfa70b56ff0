"""The table of queues agrees with the jobs, and the command lines with the workers."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import pytest

from alpha_swarm.domain.states import Step, Target
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.queueing.hints import cut
from alpha_swarm.queueing.periodic import PERIODIC
from alpha_swarm.queueing.queues import ALLOWED, ROUTES, queues
from alpha_swarm.supervision.processes import api_command, scheduler_command, worker_command


def test_every_step_has_a_route_to_a_queue_that_is_worked() -> None:
    assert set(ROUTES) == set(Step)
    assert {route.queue for route in ROUTES.values()} <= set(queues(tuple(Target)))


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_every_allowed_function_is_a_job_of_ours(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert module.startswith("jobs.")
    assert callable(getattr(import_module(module), function))


def test_what_is_sent_is_allowed() -> None:
    sent = {route.function for route in ROUTES.values()} | {entry.function for entry in PERIODIC}
    assert sent <= ALLOWED


def test_an_installation_has_a_queue_for_each_of_its_crms() -> None:
    assert queues([Target.INSTANTLY, Target.GHL]) == ("ingest", "enrich", "sync-ghl", "sync-instantly", "dlq")
    assert queues([]) == ("ingest", "enrich", "dlq")


@pytest.mark.parametrize("queue", queues(tuple(Target)))
def test_every_queue_has_a_worker_to_start(queue: str) -> None:
    command = worker_command(queue, "me")
    assert find_spec(command[3]) is not None
    assert command[4:] == [queue, "--holder", "me"]


def test_the_scheduler_and_the_door_are_started_as_modules() -> None:
    assert find_spec(scheduler_command()[3]) is not None
    assert api_command()[3] == "alpha_swarm.api"


@pytest.mark.parametrize("queue", ["", "sync", "sync-pipedrive", "ingest,enrich"])
def test_an_unknown_queue_is_refused_with_those_there_are(queue: str) -> None:
    with pytest.raises(ConfigurationError, match="take one of ingest, enrich, sync-ghl"):
        worker_command(queue)


def test_a_batch_is_never_larger_than_asked() -> None:
    assert [list(batch) for batch in cut(["a", "b", "c"], 2)] == [["a", "b"], ["c"]]
    assert list(cut([], 2)) == []
