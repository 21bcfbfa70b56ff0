"""Light load: one lead now and then, and how long each waits on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark.door import Door
from alpha_swarm.cli.benchmark.load import lead
from alpha_swarm.cli.benchmark.reckoning import spread, waits
from alpha_swarm.cli.benchmark.sandbox_log import SandboxLog
from alpha_swarm.cli.benchmark.settling import settle
from alpha_swarm.cli.benchmark.variables import LIGHT, LIMITLESS_SANDBOX, NO_LIMITS, ORDERLY_WEBHOOKS
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from alpha_swarm.supervision.stage import Stage

_GAP_SECONDS = 0.15
_SETTLE_SECONDS = 120.0


def measure(seconds: float, *, limits: bool) -> dict[str, Any]:
    """The section ``light_load`` of the report, with the vendors' limits or without.

    Raises:
        AlphaSwarmError: the door does not open, or it does not settle in time.
    """
    sandbox = ORDERLY_WEBHOOKS if limits else (*LIMITLESS_SANDBOX, *ORDERLY_WEBHOOKS)
    environ = LIGHT if limits else {**LIGHT, **NO_LIMITS}
    with set_up("bench", sandbox=sandbox, environ=environ) as stage, opened_app(stage.settings) as app:
        with stage.program() as program:
            with Door(stage, program) as door:
                accepted = _drip(door, max(1, round(seconds / _GAP_SECONDS)))
            settle(app, stage, program, _SETTLE_SECONDS)
        log = SandboxLog(stage)
        return {
            "leads": len(accepted),
            "limits": limits,
            "accepted_to_row": spread(waits(accepted, log.first("clay", "row_added"))),
            "result_to_crm_call": spread(waits(*_results(stage, log))),
            "rate_limited": len(log.times("clay", "rate_limited")) + len(log.times("ghl", "rate_limited")),
        }


def _drip(door: Door, count: int) -> dict[str, float]:
    """Hand in one lead after the other; lead → when it was accepted."""
    clock = SystemClock()
    begun, accepted = clock.monotonic(), dict[str, float]()
    for number in range(count):
        clock.sleep(max(0.0, begun + number * _GAP_SECONDS - clock.monotonic()))
        answer = door.post("/leads", lead(number, clock.now()))
        accepted[answer.json()["accepted"][0]["lead_id"]] = clock.now().timestamp()
    return accepted


def _results(stage: Stage, log: SandboxLog) -> tuple[dict[str, float], dict[str, float]]:
    """Contact → when Clay sent the result, and when the CRM was called; of two leads' contact, the first."""
    rows = stage.ledger(detail=True)["clay"]["row_list"]
    contacts = {row["row_id"]: row["ghl_contact_id"] for row in rows if row["ghl_contact_id"]}
    sent: dict[str, float] = {}
    for row_id, at in log.first("clay", "webhook_sent").items():
        if row_id in contacts:
            sent.setdefault(contacts[row_id], at)
    return sent, log.first("ghl", "upsert")
