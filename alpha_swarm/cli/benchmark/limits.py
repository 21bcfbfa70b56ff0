"""Limits on, windows shortened: how much of what the limits allow is used, and whether they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark.load import take_in
from alpha_swarm.cli.benchmark.reckoning import fill, steady, use
from alpha_swarm.cli.benchmark.sandbox_log import SandboxLog
from alpha_swarm.cli.benchmark.settling import until_calls, watch
from alpha_swarm.cli.benchmark.variables import CLAY_CALLS, limited, limited_sandbox
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from alpha_swarm.supervision.stage import Stage

_BATCH = 50
_CALLS = CLAY_CALLS["ENRICH"]
#: Start-up, and windows that are not whole.
_MORE_WINDOWS = 2


def measure(window: float, windows: int) -> dict[str, Any]:
    """The section ``limits_on`` of the report: so many windows of so many seconds after the first.

    Raises:
        AlphaSwarmError: the program ends, or does not get going.
    """
    everything = windows + _MORE_WINDOWS
    with set_up("bench", sandbox=limited_sandbox(window), environ=limited(window)) as stage:
        take_in(stage, everything * _CALLS * _BATCH)
        with stage.program() as program:
            until_calls(stage, program, "enrichRows")
            watch(stage, program, (everything - 1) * window)
        return {"window_seconds": window, **_reckoned(stage, SandboxLog(stage), window)}


def _reckoned(stage: Stage, log: SandboxLog, window: float) -> dict[str, Any]:
    times = log.times("clay", "enrich_accepted")
    try:
        used = use(times, _CALLS, window)
    except ValueError:
        raise AlphaSwarmError(
            f"only {len(times)} enrich calls, not one whole window: try a longer --seconds"
        ) from None
    start, end = steady(times, window)
    charged = sum(start <= at < end for at in log.times("clay", "charge"))
    counted = stage.ledger()
    return {
        "windows": used.windows,
        "enrich_calls": used.calls,
        "enrich_calls_used_percent": used.percent,
        "batch_fill": fill(charged, used.calls, _BATCH),
        "rate_limited": {name: counted[name]["rate_limited"] for name in ("clay", "ghl")},
    }
