"""Celery with celery-batches: one message a lead, which the worker gathers into batches of fifty."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import requests
from celery import Celery
from celery_batches import Batches
from redis import Redis

from benchmarks.peers.plan import DONE, plan
from benchmarks.peers.shapes import CLAY_HEADERS, GHL_HEADERS, Row, contact, finished, leads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from celery_batches import SimpleRequest

_PAUSE = 1.0
_TIMEOUT = 30

app = Celery("peer", broker=f"redis+socket://{plan().redis}")
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=100,  # celery-batches needs room for whole batches
    broker_connection_retry_on_startup=True,
    broker_pool_limit=4,
)


def fill() -> None:
    """A message for each lead."""
    with app.producer_pool.acquire() as producer:
        for lead in leads(plan().leads):
            submit.apply_async((lead,), producer=producer)


def work() -> None:
    """A worker that runs its tasks itself: handing batches to children costs more than it brings."""
    app.worker_main(["worker", "--loglevel=WARNING", "--pool=solo", "--without-gossip", "--without-mingle"])


@app.task(base=Batches, flush_every=plan().batch, flush_interval=1)
def submit(requested: Sequence[SimpleRequest]) -> None:
    """Add the rows and start their enrichment."""
    row_ids = _ask("rows", {"rows": [request.args[0] for request in requested]})["row_ids"]
    _ask("enrich", {"row_ids": row_ids})
    collect.apply_async((row_ids,), countdown=plan().first_wait)


@app.task
def collect(row_ids: list[str]) -> None:
    """Fetch what is finished and bring it into the CRM."""
    rows: list[Row] = _ask("search", {"query": {"id": row_ids}, "limit": 100})["rows"]
    done = [row for row in rows if finished(row)]
    for row in done:
        _upsert(row)
    _redis().incrby(DONE, len(done))
    late = [row["id"] for row in rows if not finished(row)]
    if late:
        collect.apply_async((late,), countdown=_PAUSE)


def _upsert(row: Row) -> None:
    body = contact(row, plan().location, plan().fields)
    if body is not None:
        url = f"{plan().ghl}/contacts/upsert"
        _session().post(url, json=body, headers=GHL_HEADERS, timeout=_TIMEOUT).raise_for_status()


def _ask(path: str, body: Row) -> Any:
    answer = _session().post(f"{plan().clay}/{path}", json=body, headers=CLAY_HEADERS, timeout=_TIMEOUT)
    answer.raise_for_status()
    return answer.json()


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a look at the environment for proxies costs as much as the call
    return session


@cache
def _redis() -> Redis:
    return Redis(unix_socket_path=plan().redis)
