"""The pipeline as a queue alone would have it: one job a lead, a new connection a request."""

from __future__ import annotations

import time

import requests
from redis import Redis
from rq import Queue, SimpleWorker, Worker

from benchmarks.peers.plan import DONE, plan
from benchmarks.peers.shapes import CLAY_HEADERS, GHL_HEADERS, Row, contact, finished, leads

_PAUSE = 0.5
_JOB_SECONDS = 120
_TIMEOUT = 30


def fill() -> None:
    """A job for each lead."""
    queue = Queue("naive", connection=_redis())
    for lead in leads(plan().leads):
        queue.enqueue(enrich_and_update, lead, job_timeout=_JOB_SECONDS)


def work() -> None:
    """A worker as the command ``rq worker`` starts it: each job in a child of its own."""
    Worker(["naive"], connection=_redis()).work(logging_level="WARNING")


def work_simply() -> None:
    """The same without the children."""
    SimpleWorker(["naive"], connection=_redis()).work(logging_level="WARNING")


def enrich_and_update(lead: Row) -> None:
    """The job."""
    update_contact(clay_enrich_batch([lead])[0])
    _redis().incr(DONE)


def clay_enrich_batch(batch: list[Row]) -> list[Row]:
    """Add the rows, enrich them, wait for the results."""
    row_ids = _ask("rows", {"rows": batch})["row_ids"]
    _ask("enrich", {"row_ids": row_ids})
    while True:
        rows: list[Row] = _ask("search", {"query": {"id": row_ids}, "limit": 100})["rows"]
        if all(map(finished, rows)):
            return rows
        time.sleep(_PAUSE)


def update_contact(row: Row) -> None:
    """Bring the lead into the CRM."""
    body = contact(row, plan().location, plan().fields)
    if body is not None:
        url = f"{plan().ghl}/contacts/upsert"
        requests.post(url, json=body, headers=GHL_HEADERS, timeout=_TIMEOUT).raise_for_status()


def _ask(path: str, body: Row) -> Row:
    answer = requests.post(f"{plan().clay}/{path}", json=body, headers=CLAY_HEADERS, timeout=_TIMEOUT)
    answer.raise_for_status()
    told: Row = answer.json()
    return told


def _redis() -> Redis:
    return Redis(unix_socket_path=plan().redis)
