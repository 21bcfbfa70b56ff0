"""Limits off: leads that wait in the ledger, and how fast the whole program is done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark.load import take_in
from alpha_swarm.cli.benchmark.memory import Footprints
from alpha_swarm.cli.benchmark.reckoning import fill, spread
from alpha_swarm.cli.benchmark.sandbox_log import SandboxLog, first_call
from alpha_swarm.cli.benchmark.settling import settle
from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX, UNLIMITED
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.supervision.stage import Stage

_SECONDS_A_LEAD = 0.1
_LEAST_SECONDS = 60.0
_MILLISECONDS = 1000.0


def measure(leads: int) -> dict[str, Any]:
    """The section ``limits_off`` of the report.

    Raises:
        AlphaSwarmError: it does not settle in time.
    """
    with set_up("bench", sandbox=LIMITLESS_SANDBOX, environ=UNLIMITED) as stage:
        taken = take_in(stage, leads)
        clock = SystemClock()
        with opened_app(stage.settings) as app:
            started, begun_at = clock.monotonic(), clock.now().timestamp()
            with stage.program() as program:
                seen = Footprints(program.pid, stage)
                settle(app, stage, program, _longest(leads), seen.look)
                seconds = clock.monotonic() - started
                processes = seen.close()
        start_up = first_call(stage, begun_at) - begun_at
        return {
            "leads": leads,
            "seconds": round(seconds, 2),
            "leads_a_second": round(leads / seconds, 1),
            "leads_a_second_once_started": round(leads / (seconds - start_up), 1),
            "taken_in_a_second": round(leads / taken, 1),
            "cpu_ms_a_lead": round(sum(one["cpu_seconds"] for one in processes) / leads * _MILLISECONDS, 3),
            "processes": processes,
            **_outside(stage, begun_at),
        }


def _longest(leads: int) -> float:
    return _LEAST_SECONDS + leads * _SECONDS_A_LEAD


def _outside(stage: Stage, begun_at: float) -> dict[str, Any]:
    """What the sandbox counted, and when each lead came there."""
    counted = stage.ledger()
    clay, ghl = counted["clay"], counted["ghl"]
    rows = SandboxLog(stage).first("clay", "row_added").values()
    return {
        "calls": {"clay": clay["calls"], "ghl": ghl["calls"]},
        "batch_fill": fills(clay, int(UNLIMITED["CLAY_BATCH_ENRICH"])),
        "contacts": ghl["contacts"],
        "rate_limited": clay["rate_limited"] + ghl["rate_limited"],
        "start_to_row": spread([at - begun_at for at in rows]),
    }


def fills(clay: Mapping[str, Any], batch: int) -> dict[str, float | None]:
    """How full the calls were that carry leads to Clay."""
    return {
        "rows": fill(clay["rows_added"], clay["calls"].get("addRows", 0), batch),
        "enrich": fill(clay["enrichments"], clay["enrich_calls"], batch),
    }
