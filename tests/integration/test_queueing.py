"""Hints: how they lie in Redis, and that there are never too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.connection import connect
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import NotReadyError
from alpha_swarm.queueing.hints import MOST_IDS, RqHints, queue_named
from tests.integration.parts import BATCHES

if TYPE_CHECKING:
    from redis import Redis

IDS = [f"lead{number}" for number in range(30_000)]


def ids_in(connection: Redis) -> int:
    """How many lead ids lie in all queues."""
    names = ("ingest", "enrich", "sync-ghl", "sync-instantly")
    return sum(len(job.args[-1]) for name in names for job in queue_named(name, connection).get_jobs())


def test_ids_are_spread_over_jobs_whose_description_holds_none(hints: RqHints, connection: Redis) -> None:
    hints.spread({Step.INGEST: IDS[:120], Step.SYNC_GHL: IDS[:10]})
    jobs = queue_named("ingest", connection).get_jobs()
    assert [len(job.args[0]) for job in jobs] == [50, 50, 20]
    assert [job.description for job in jobs] == ["submit 50 leads", "submit 50 leads", "submit 20 leads"]
    assert queue_named("sync-ghl", connection).get_jobs()[0].args == ["ghl", IDS[:10]]
    assert hints.depths() == {"ingest": 3, "enrich": 0, "sync-ghl": 1, "sync-instantly": 0, "dlq": 0}


def test_a_hint_is_one_job_a_step_however_many_are_meant(hints: RqHints) -> None:
    """Its worker sees in the ledger what else there is, and hints at that."""
    hints.send({Step.INGEST: IDS[:120], Step.SYNC_GHL: IDS[:10], Step.ENRICH: []})
    assert hints.depths() == {"ingest": 1, "enrich": 0, "sync-ghl": 1, "sync-instantly": 0, "dlq": 0}


@pytest.mark.parametrize("way", ["send", "spread"])
def test_whatever_the_backlog_ten_thousand_ids_lie_in_redis_at_most(
    hints: RqHints, connection: Redis, way: str
) -> None:
    """Each queue is filled to its share and no further, however often it is told."""
    for _ in range(3 if way == "spread" else 300):
        getattr(hints, way)(dict.fromkeys(BATCHES, IDS))
    assert MOST_IDS / 2 < ids_in(connection) <= MOST_IDS


def test_what_a_room_promises_finds_room(hints: RqHints, connection: Redis) -> None:
    """Spread over the steps of a queue in the worst way, every id is taken."""
    rooms = hints.rooms()
    for room in rooms:
        share = room.leads // len(room.steps) + 1
        hints.spread(
            {step: IDS[at * share : (at + 1) * share][: room.leads] for at, step in enumerate(room.steps)}
        )
    assert ids_in(connection) >= sum(room.leads for room in rooms)


def test_a_full_queue_has_no_room(hints: RqHints) -> None:
    hints.spread(dict.fromkeys(BATCHES, IDS))
    assert {room.leads for room in hints.rooms()} == {0}


def test_without_redis_sending_is_silent_and_depths_are_not_known() -> None:
    hints = RqHints(connect("unix:///nowhere"), BATCHES)
    hints.send({Step.INGEST: ["one"]})
    hints.spread({Step.INGEST: ["one"]})
    hints.inbox()
    hints.inbox_seen()
    for ask in (hints.depths, hints.rooms):
        with pytest.raises(NotReadyError):
            ask()


def test_the_inbox_is_hinted_at_once_until_its_job_begins(hints: RqHints) -> None:
    hints.inbox()
    hints.inbox()
    assert hints.depths()["enrich"] == 1
    hints.inbox_seen()
    hints.inbox()
    assert hints.depths()["enrich"] == 2
