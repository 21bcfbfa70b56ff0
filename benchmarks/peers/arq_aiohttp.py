"""arq with aiohttp on uvloop: jobs of fifty leads, everything concurrent on one loop a process."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import uvloop
from arq import create_pool, run_worker
from arq.connections import RedisSettings

from benchmarks.peers.plan import DONE, plan
from benchmarks.peers.shapes import CLAY_HEADERS, GHL_HEADERS, Row, contact, cut, finished, leads

_PAUSE = 1.0
_CONNECTIONS = 16
_JOBS = 8
_LOOK_SECONDS = 0.02

Context = dict[str, Any]


def fill() -> None:
    """A job for each batch."""
    asyncio.run(_fill())


async def _fill() -> None:
    pool = await create_pool(_settings())
    for batch in cut(list(leads(plan().leads)), plan().batch):
        await pool.enqueue_job("submit", batch)
    await pool.aclose()


def work() -> None:
    """A worker."""
    uvloop.install()
    asyncio.set_event_loop(asyncio.new_event_loop())
    run_worker(Worker)


async def submit(context: Context, batch: list[Row]) -> None:
    """Add the rows and start their enrichment; the results are another job's."""
    row_ids = (await _ask(context, "rows", {"rows": batch}))["row_ids"]
    await _ask(context, "enrich", {"row_ids": row_ids})
    await context["redis"].enqueue_job("collect", row_ids, _defer_by=plan().first_wait)


async def collect(context: Context, row_ids: list[str]) -> None:
    """Fetch what is finished and bring it into the CRM, all at once."""
    rows: list[Row] = (await _ask(context, "search", {"query": {"id": row_ids}, "limit": 100}))["rows"]
    done = [row for row in rows if finished(row)]
    await asyncio.gather(*(_upsert(context, row) for row in done))
    await context["redis"].incrby(DONE, len(done))
    late = [row["id"] for row in rows if not finished(row)]
    if late:
        await context["redis"].enqueue_job("collect", late, _defer_by=_PAUSE)


async def _upsert(context: Context, row: Row) -> None:
    body = contact(row, plan().location, plan().fields)
    if body is not None:
        url = f"{plan().ghl}/contacts/upsert"
        async with context["session"].post(url, json=body, headers=GHL_HEADERS) as answer:
            answer.raise_for_status()
            await answer.read()


async def _ask(context: Context, path: str, body: Row) -> Row:
    url = f"{plan().clay}/{path}"
    async with context["session"].post(url, json=body, headers=CLAY_HEADERS) as answer:
        answer.raise_for_status()
        told: Row = await answer.json()
        return told


async def _open(context: Context) -> None:
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    context["session"] = aiohttp.ClientSession(connector=connector)


async def _close(context: Context) -> None:
    await context["session"].close()


def _settings() -> RedisSettings:
    return RedisSettings(unix_socket_path=plan().redis)


class Worker:
    """What arq reads."""

    functions = (submit, collect)
    redis_settings = _settings()
    on_startup = _open
    on_shutdown = _close
    max_jobs = _JOBS
    poll_delay = _LOOK_SECONDS
    keep_result = 0
