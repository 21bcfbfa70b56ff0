"""The demonstration from the list to the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.demonstration.books import compare
from alpha_swarm.cli.demonstration.figures import Figures, figures, is_all_told
from alpha_swarm.cli.demonstration.screen import screen
from alpha_swarm.cli.leads.adding import add_file
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.cli.printing import err
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.sandbox.people import messy_csv
from alpha_swarm.supervision.stage import Stage, set_up
from alpha_swarm.supervision.transports import Transport

if TYPE_CHECKING:
    import subprocess

    from alpha_swarm.app import App

#: Where Redis is wiped meanwhile, Clay's whole window of a minute is waited for.
LONGEST_SECONDS = 180.0
_TICK_SECONDS = 0.5
#: A list of a few hundred is no load that fills batches, so nobody waits for company.
_BRISK = {"CLAY_POLL_AFTER": "4", "FLUSH_INTERVAL": "2"}
_SLACK = {"SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_CHANNEL": "C0SANDBOX"}


@dataclass(frozen=True, slots=True)
class Playbill:
    """What is shown."""

    leads: int
    seed: int
    transport: Transport
    targets: str
    """The CRMs, with commas."""


def play(bill: Playbill, *, keep: bool) -> dict[str, Any]:
    """Run it; the report as JSON."""
    clock = SystemClock()
    console = err()
    environ = {**_BRISK, **_SLACK, "SYNC_TARGETS": bill.targets}
    sandbox = ["--seed", str(bill.seed)]
    with set_up("demo", keep=keep, transport=bill.transport, sandbox=sandbox, environ=environ) as stage:
        console.print(
            f"the sandbox imitates Clay, Slack and {bill.targets} on {stage.sandbox}", soft_wrap=True
        )
        path = stage.home / "leads.csv"
        path.write_text(messy_csv(bill.seed, bill.leads, clock.now()), encoding="utf-8", newline="")
        started = clock.monotonic()
        tally = add_file(str(path), None, Priority.NORMAL, stage.settings)
        console.print(
            f"{tally['rows']} rows taken in: {tally['accepted']} leads, {tally['duplicates']} duplicates,"
            f" {tally['rejected']} rejected with a reason"
        )
        with opened_app(stage.settings) as app:
            with stage.program() as program:
                final = _watch(app, stage, program)
                seconds = clock.monotonic() - started
            found = figures(app)
        return _report(stage, tally, final, found, seconds) | ({"home": str(stage.home)} if keep else {})


def _watch(app: App, stage: Stage, program: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Show the flow until nothing is on its way; the last status."""
    clock = SystemClock()
    deadline = clock.monotonic() + LONGEST_SECONDS
    with screen(clock) as show:
        while True:
            status = app.status()
            show(status)
            if status["settled"] and is_all_told(app):
                return status
            if clock.monotonic() > deadline:
                err().print(
                    f"not settled in time; the program's last words:\n{stage.log_tail()}", markup=False
                )
                return status
            if program.poll() is not None:
                raise AlphaSwarmError(f"alpha-swarm up ended with {program.returncode}: {stage.log_tail()}")
            clock.sleep(_TICK_SECONDS)


def _report(
    stage: Stage, tally: dict[str, Any], status: dict[str, Any], found: Figures, seconds: float
) -> dict[str, Any]:
    books = compare(status, tally, found, stage.ledger(), stage.settings)
    return {
        "ok": all(entry.ok for entry in books),
        "seconds": round(seconds, 1),
        "file": {name: tally[name] for name in ("rows", "accepted", "duplicates", "rejected")},
        "leads": status["leads"],
        "enrichment": found.statuses,
        "tiers": found.tiers,
        "fill_rates": found.fill_rates,
        "credits": status["credits"]["month"]["spent"],
        "settled": status["settled"],
        "books": [entry.as_dict() for entry in books],
    }
