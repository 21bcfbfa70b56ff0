"""A long queue costs no memory and no time: each process, Redis, a claim, ``status`` and ``/metrics``."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from redis import Redis

from alpha_swarm.assembly.parts import redis_url
from alpha_swarm.cli.benchmark.processes import family
from alpha_swarm.cli.benchmark.reckoning import spread
from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX, UNLIMITED
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.states import Priority, SourceType, Step
from alpha_swarm.supervision.stage import set_up
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.app import App
    from alpha_swarm.supervision.stage import Stage

MEGABYTE = 1024 * 1024
GROWTH_MB, REDIS_MB = 50, 64
CLAIM_SECONDS, STATUS_SECONDS, FLOW_SECONDS, FIGURES_SECONDS = 0.1, 0.15, 0.1, 0.1
_PAGE = 1000


class _Undone(Exception):  # noqa: N818 - no error: what was done is not to stay
    """Ends a transaction without a commit."""


def queue_up(app: App, number: int) -> None:
    """So many leads at the door."""
    now = SystemClock().now()
    for start in range(0, number, _PAGE):
        people = [
            LeadInput(
                linkedin_url=f"https://www.linkedin.com/in/queue-{person:07d}",
                first_name="Mara",
                last_name="Ellingsen",
                company_name="Brightforge",
                source_type=SourceType.POST_LIKER,
                source_name="Gong.io",
                scraped_at=now,
            )
            for person in range(start, start + _PAGE)
        ]
        app.receive.take(people, priority=Priority.NORMAL, door="cli")


def timed(act: Callable[[], object], times: int) -> dict[str, Any]:
    """How long it takes, in seconds: p50 to p99 and the most."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return spread(seconds)


def claim(app: App) -> None:
    """A full batch, taken in hand and given back as if nothing had been."""
    with suppress(_Undone), app.ledger.begin() as tx:
        batch = tx.work.claim_due(Step.INGEST, 250, 60.0)
        assert batch is not None
        assert len(tx.leads.load(batch.items, history=False)) == 250
        raise _Undone


def work_for(stage: Stage, app: App, seconds: float) -> dict[str, Any]:
    """Run the program for so long after its first row: leads a second, growth by process, Redis' memory."""
    with stage.program() as program:
        await_row(stage)
        first, before, began = family(program.pid), rows(stage), time.monotonic()
        time.sleep(seconds)  # the measure is what is done in a given time
        last, after, ended = family(program.pid), rows(stage), time.monotonic()
        with Redis.from_url(redis_url(app.settings)) as connection:
            redis_mb = connection.info("memory")["used_memory"] / MEGABYTE
    return {
        "rows_a_second": (after - before) / (ended - began),
        "growth_mb": {
            one.name: one.memory_mb - first[pid].memory_mb for pid, one in last.items() if pid in first
        },
        "redis_mb": redis_mb,
    }


def await_row(stage: Stage) -> None:
    """Until the first lead is at Clay."""
    wait_until(lambda: rows(stage))


def rows(stage: Stage) -> int:
    """At Clay."""
    return int(stage.ledger()["clay"]["rows_added"])


def measured(number: int, seconds: float) -> dict[str, Any]:
    """With so many leads waiting."""
    with (
        set_up("queue", sandbox=LIMITLESS_SANDBOX, environ=UNLIMITED) as stage,
        opened_app(stage.settings) as app,
    ):
        queue_up(app, number)
        found = {"claim": timed(lambda: claim(app), 100), "status": timed(lambda: counts(app), 15)}
        found["flow"] = timed(app.flow, 15)
        found["figures"] = timed(app.figures, 15)
        found |= work_for(stage, app, seconds)
    sys.stderr.write(f"{number} leads waiting: {found}\n")
    return found


def counts(app: App) -> None:
    """The query behind ``status``."""
    with app.ledger.read() as tx:
        tx.views.counts()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_hundred_thousand_leads_that_wait_cost_no_memory() -> None:
    """Medians of time are judged: there are other tests on the machine."""
    found = measured(100_000, 8.0)
    assert max(found["growth_mb"].values()) < GROWTH_MB
    assert found["redis_mb"] < REDIS_MB
    assert found["claim"]["p50"] < CLAIM_SECONDS
    assert found["status"]["p50"] < STATUS_SECONDS
    assert found["flow"]["p50"] < FLOW_SECONDS
    assert found["figures"]["p50"] < FIGURES_SECONDS


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_million_leads_that_wait_cost_no_memory_and_no_time() -> None:
    """On a machine with nothing else to do."""
    few, many = measured(10_000, 3.0), measured(1_000_000, 60.0)
    assert max(many["growth_mb"].values()) < GROWTH_MB
    assert many["redis_mb"] < REDIS_MB
    assert many["claim"]["p99"] < CLAIM_SECONDS
    assert many["status"]["p50"] < STATUS_SECONDS
    assert many["flow"]["p50"] < FLOW_SECONDS
    assert many["figures"]["p50"] < FIGURES_SECONDS
    assert many["rows_a_second"] > 0.7 * few["rows_a_second"]
