"""All of them, one after the other: ``python -m benchmarks --leads 20000 --runs 3``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm.cli.benchmark.processes import child_named
from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX, UNLIMITED
from alpha_swarm.supervision.stage import set_up
from benchmarks import machine
from benchmarks.contestants import OURS, PEERS, POSTGRESQL, names
from benchmarks.our_run import SERVER, run_ours
from benchmarks.peer_run import ENVIRONMENTS, ROOT, run_peer
from benchmarks.reckoning import Result, result, unequal
from benchmarks.results import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.supervision.stage import Stage
    from benchmarks.run import Run

_FOLDER = Path(__file__).parent
#: What is waited for is ours to measure, not Clay's time.
_AT_ONCE = ("--set", "enrich_seconds=[0,0]")
_FIRST_WAIT = float(UNLIMITED["CLAY_POLL_AFTER"])


def main() -> int:
    """Run them, print and write what came of it; 1 if somebody did not do the same work."""
    wanted = _arguments()
    chosen = wanted.only or [name for name in names() if name != POSTGRESQL or SERVER in os.environ]
    runs = defaultdict[str, list["Run"]](list)
    with set_up("benchmarks", sandbox=[*LIMITLESS_SANDBOX, *_AT_ONCE], environ=UNLIMITED) as stage:
        for number in range(wanted.runs):
            for run in _round(stage, chosen, wanted.leads):
                runs[run.name].append(run)
                _say(f"run {number + 1}: {run.name} {run.rate:,.1f} leads/s, CPU {run.as_dict()}")
    results = [result(runs[name]) for name in chosen]
    if OURS in chosen:
        _write(results, wanted)
    for name in unequal(results):
        _say(f"{name} did other work: its figure means nothing")
    return 1 if unequal(results) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", action="append", choices=names(), help="may be repeated")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where the results go")
    return parser.parse_args()


def _round(stage: Stage, chosen: Sequence[str], leads: int) -> Iterator[Run]:
    """Everybody once."""
    sandbox = child_named("sandbox")
    for name in chosen:
        if name in {OURS, POSTGRESQL}:
            yield run_ours(name, stage, leads, sandbox, postgresql=name == POSTGRESQL)
        else:
            peer = next(peer for peer in PEERS if peer.name == name)
            yield run_peer(peer, stage, leads, _FIRST_WAIT, sandbox)


def _write(results: Sequence[Result], wanted: argparse.Namespace) -> None:
    whats = names()
    where = [*machine.machine(), *machine.peers(ENVIRONMENTS)]
    if SERVER in os.environ:
        where.append(machine.postgresql(os.environ[SERVER]))
    command = f"make bench LEADS={wanted.leads} RUNS={wanted.runs}"
    text = page(results, whats, OURS, where, command)
    (wanted.folder / "RESULTS.md").write_text(text, encoding="utf-8")
    rates = {whats[one.name]: one.rate for one in results}
    python = str(ENVIRONMENTS / "rq-celery" / "bin" / "python")
    chart = [python, "-m", "benchmarks.chart", str(wanted.folder.resolve() / "results.svg")]
    subprocess.run(chart, input=json.dumps(rates), text=True, cwd=ROOT, check=True)  # noqa: S603 - our own module
    sys.stdout.write(text)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
