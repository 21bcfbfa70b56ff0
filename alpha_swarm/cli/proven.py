"""Runs the proof and shows what came of it."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from rich.table import Table

from alpha_swarm import telemetry
from alpha_swarm.cli.printing import err, out
from alpha_swarm.config.urls import postgresql_url
from alpha_swarm.errors import UserError
from alpha_swarm.proof.ground import Ground
from alpha_swarm.proof.postgresql import require_databases
from alpha_swarm.proof.proving import Proving, report
from alpha_swarm.proof.trials import lacking, trials_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_COLOURS = {"green": "green", "red": "red", "inconclusive": "yellow"}
_MOST_FINDINGS = 20


def run(numbers: Collection[int], seed: int, seconds: float, server: str | None) -> dict[str, Any]:
    """Try these guarantees; the report as JSON."""
    if server is not None:
        server = _checked(server)
    telemetry.configure()
    started = time.monotonic()
    with closing(Ground(server)) as ground, err().status("setting up") as line:
        proving = Proving(ground, trials_of(numbers), seed, lambda name: line.update(f"trying {name}"))
        proving.run(seconds)
    chosen = [tally for number, tally in proving.tallies.items() if not numbers or number in numbers]
    return report(chosen, seed, time.monotonic() - started, lacking(numbers))


def show(found: Mapping[str, Any]) -> None:
    """The table, and below it what was broken."""
    table = Table("", "guarantee", "trials", "faults landed", "violations", "verdict")
    for row in found["guarantees"]:
        colour = _COLOURS[row["verdict"]]
        table.add_row(
            str(row["guarantee"]),
            row["title"],
            str(row["trials"]),
            str(row["faults_landed"]),
            str(row["violations"]),
            f"[{colour}]{row['verdict']}[/]",
        )
    out().print(table)
    for row in found["guarantees"]:
        for one in row["findings"][:_MOST_FINDINGS]:
            out().print(
                f"{row['guarantee']}: {one['trial']}, run {one['run']}:"
                f" {one['kind']} {one['subject']} {one['detail']}",
                markup=False,
            )
        if row["inconclusive"]:
            out().print(f"{row['guarantee']}: no fault of {', '.join(row['inconclusive'])} hit", markup=False)
    for name, missing in found["not_run"].items():
        out().print(f"not run: {name}, for {missing}", markup=False)
    out().print(f"seed {found['seed']}, {found['seconds']} s; --seed {found['seed']} tries the same again")


def _checked(server: str) -> str:
    try:
        address = postgresql_url(server)
    except ValueError as error:
        raise UserError(f"--server {error}") from None
    require_databases(address)
    return address
