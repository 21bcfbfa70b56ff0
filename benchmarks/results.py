"""The page with the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.reckoning import ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.reckoning import Result

_HEAD = """\
| | leads/s | slowest-fastest | ours by | once started | ours by | CPU a lead | sandbox's | leads |
|---|---|---|---|---|---|---|---|---|
"""
_CONDITIONS = """
## How it was measured

- All run against one sandbox without limits, emptied before each run, whose enrichments end at once. The
  runs of all alternate; the figures are medians.
- The leads wait before the clock starts: ours in the ledger, the peers' as jobs in Redis with an
  append-only file. The clock runs from the start of the worker processes to the last lead; for ours until
  the write-back to Clay is done too, which the peers leave out. "Once started" leaves out the time before the
  first call.
- Rows and enrichments go to Clay fifty a call, results come by search, at first two seconds after the start
  of the enrichment (the naive code asks at once), and each lead costs one upsert at GoHighLevel.
- The peers keep no ledger and score nothing. What they bring into the CRM is what ours brings: the sandbox
  counts it.
- Workers, connections and jobs at once were tried for each peer, on a machine with other things to do, and
  what did best stayed; the naive code has one worker.
- CPU a lead is that of workers and Redis; for ours of all that `alpha-swarm up` starts, without the server of
  PostgreSQL.
"""


def page(
    results: Sequence[Result], whats: Mapping[str, str], ours: str, machine: Sequence[str], command: str
) -> str:
    """``RESULTS.md``.

    Args:
        results: in the order of the rows.
        whats: name → what it is.
        ours: the name of the result that the others are compared with.
        machine: a line each.
        command: how to get these figures.
    """
    first = next(one for one in results if one.name == ours)
    rows = "".join(_row(one, whats[one.name], first) for one in results)
    lines = "".join(f"- {line}\n" for line in machine)
    return (
        f"# Alpha Swarm and its peers\n\n![leads a second](results.svg)\n\n{_HEAD}{rows}"
        f"\n## Where\n\n{lines}\n`{command}`\n{_CONDITIONS}"
    )


def _row(one: Result, what: str, ours: Result) -> str:
    whole, started = ("", "") if one is ours else (f"{factor:.2f}" for factor in ratio(ours, one))
    return (
        f"| {what} | {one.rate:,.0f} | {one.slowest:,.0f}-{one.fastest:,.0f} | {whole}"
        f" | {one.rate_once_started:,.0f} | {started}"
        f" | {one.cpu_ms:.2f} ms | {one.sandbox_ms:.2f} ms | {one.leads:,} |\n"
    )
