"""RQ as a careful team writes it: jobs of fifty leads, no child a job, connections that stay open."""

from __future__ import annotations

import time
from functools import cache

import requests
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from benchmarks.peers.plan import DONE, plan
from benchmarks.peers.shapes import CLAY_HEADERS, GHL_HEADERS, Row, contact, cut, finished, leads

_PAUSE = 1.0
_TIMEOUT = 30


def fill() -> None:
    """A job for each batch."""
    for batch in cut(list(leads(plan().leads)), plan().batch):
        _queue().enqueue(submit, batch, result_ttl=0)


def work() -> None:
    """A worker that runs its jobs itself."""
    SimpleWorker([_queue()], connection=_redis(), serializer=JSONSerializer).work(logging_level="WARNING")


def submit(batch: list[Row]) -> None:
    """Add the rows and start their enrichment; the results are another job's."""
    row_ids = _ask("rows", {"rows": batch})["row_ids"]
    _ask("enrich", {"row_ids": row_ids})
    _queue().enqueue(collect, row_ids, time.time() + plan().first_wait, result_ttl=0)


def collect(row_ids: list[str], due: float) -> None:
    """Fetch what is finished and bring it into the CRM; the queue is long, so it is mostly due by now."""
    time.sleep(max(0.0, due - time.time()))
    rows: list[Row] = _ask("search", {"query": {"id": row_ids}, "limit": 100})["rows"]
    done = [row for row in rows if finished(row)]
    for row in done:
        _upsert(row)
    _redis().incrby(DONE, len(done))
    late = [row["id"] for row in rows if not finished(row)]
    if late:
        _queue().enqueue(collect, late, time.time() + _PAUSE, result_ttl=0)


def _upsert(row: Row) -> None:
    body = contact(row, plan().location, plan().fields)
    if body is not None:
        url = f"{plan().ghl}/contacts/upsert"
        _session().post(url, json=body, headers=GHL_HEADERS, timeout=_TIMEOUT).raise_for_status()


def _ask(path: str, body: Row) -> Row:
    answer = _session().post(f"{plan().clay}/{path}", json=body, headers=CLAY_HEADERS, timeout=_TIMEOUT)
    answer.raise_for_status()
    told: Row = answer.json()
    return told


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a look at the environment for proxies costs as much as the call
    return session


@cache
def _redis() -> Redis:
    return Redis(unix_socket_path=plan().redis)


@cache
def _queue() -> Queue:
    return Queue("careful", connection=_redis(), serializer=JSONSerializer)
