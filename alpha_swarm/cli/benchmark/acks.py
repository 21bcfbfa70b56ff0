"""Webhooks at a steady pace while the workers are busy: how long each waits for its answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from alpha_swarm.cli.benchmark.door import AT_ONCE, Door
from alpha_swarm.cli.benchmark.load import take_in
from alpha_swarm.cli.benchmark.reckoning import spread
from alpha_swarm.cli.benchmark.settling import owed, until_calls
from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX, UNLIMITED
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.supervision.stage import set_up

_A_SECOND = 200
_PATH = "/webhooks/clay/enrichment-complete"


def measure(leads: int, seconds: float) -> dict[str, Any]:
    """The section ``webhook_acks`` of the report; the backlog keeps the workers busy meanwhile.

    Raises:
        AlphaSwarmError: the door does not open.
    """
    with set_up("bench", sandbox=LIMITLESS_SANDBOX, environ=UNLIMITED) as stage:
        take_in(stage, leads)
        with opened_app(stage.settings) as app, stage.program() as program, Door(stage, program) as door:
            until_calls(stage, program, "addRows")
            taken = _send(door, round(_A_SECOND * seconds))
            left = owed(app)
    good = [wait for wait in taken if wait is not None]
    return {
        "sent": len(taken),
        "a_second": _A_SECOND,
        "refused": len(taken) - len(good),
        "ack": spread(good),
        "steps_owed_afterwards": left,
    }


def _send(door: Door, count: int) -> list[float | None]:
    """Each at its time, whatever became of those before it."""
    clock = SystemClock()
    begun = clock.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        futures = []
        for number in range(count):
            clock.sleep(max(0.0, begun + number / _A_SECOND - clock.monotonic()))
            futures.append(threads.submit(_ack, door, _webhook(number)))
        return [future.result() for future in futures]


def _ack(door: Door, body: dict[str, Any]) -> float | None:
    """Seconds to the answer; ``None`` if it was none of success."""
    clock = SystemClock()
    started = clock.monotonic()
    try:
        door.post(_PATH, body)
    except requests.RequestException:
        return None
    return clock.monotonic() - started


def _webhook(number: int) -> dict[str, Any]:
    """A finished row that nobody here knows: stored, read, and kept for a person to look at."""
    return {
        "event": "row.enriched",
        "timestamp": "2026-01-05T10:00:00Z",
        "table_id": "tbl_benchmark",
        "row_id": f"row_benchmark_{number}",
        "data": {"enrichment_status": "completed", "email_work": "mara@brightforge.example"},
    }
