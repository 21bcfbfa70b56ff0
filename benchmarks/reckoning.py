"""Medians over the runs, and how many times as fast one is as another."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.run import Run


@dataclass(frozen=True, slots=True)
class Result:
    """One contestant over all its runs."""

    name: str
    leads: int
    rate: float
    """Leads a second, the median."""
    rate_once_started: float
    """The same from the first call on."""
    slowest: float
    fastest: float
    cpu_ms: float
    """Milliseconds of CPU a lead, the median; the sandbox's left out."""
    sandbox_ms: float
    contacts: int
    upserts: int


def result(runs: Sequence[Run]) -> Result:
    """What the runs of one contestant come to.

    Raises:
        ValueError: they did not all do the same.
    """
    done = {(run.name, run.leads, run.contacts, run.upserts) for run in runs}
    if len(done) != 1:
        raise ValueError(f"the runs did not all do the same: {sorted(done)}")
    name, leads, contacts, upserts = done.pop()
    rates = [run.rate for run in runs]
    return Result(
        name=name,
        leads=leads,
        rate=median(rates),
        rate_once_started=median(run.rate_once_started for run in runs),
        slowest=min(rates),
        fastest=max(rates),
        cpu_ms=median(run.cpu_ms for run in runs),
        sandbox_ms=median(run.sandbox_ms for run in runs),
        contacts=contacts,
        upserts=upserts,
    )


def ratio(ours: Result, peer: Result) -> tuple[float, float]:
    """How many times as fast ours is, with the start-up and without."""
    return ours.rate / peer.rate, ours.rate_once_started / peer.rate_once_started


def unequal(results: Sequence[Result]) -> list[str]:
    """Those who with as many leads brought other contacts into the CRM than the first of the list."""
    first = results[0]
    return [
        one.name
        for one in results
        if one.leads == first.leads and (one.contacts, one.upserts) != (first.contacts, first.upserts)
    ]
