"""Tries guarantees until the time is up, and counts."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.proof.guarantees import GUARANTEES
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.proof.trial import Result, Trial

#: A trial whose fault missed is run so many times more before that is its result.
_SECOND_CHANCES = 3


@dataclass(slots=True)
class Tally:
    """What came of the trials of one guarantee."""

    number: int
    trials: int = 0
    landed: int = 0
    inconclusive: list[str] = field(default_factory=list)
    """The names of trials none of whose faults ever hit."""
    violations: list[tuple[str, int, Violation]] = field(default_factory=list)
    """(trial, its run, what was broken)"""

    @property
    def verdict(self) -> str:
        """green, red or inconclusive."""
        if self.violations:
            return "red"
        return "green" if self.trials and self.landed and not self.inconclusive else "inconclusive"

    def as_dict(self, seed: int) -> dict[str, Any]:
        """As JSON."""
        return {
            "guarantee": self.number,
            "title": GUARANTEES[self.number],
            "verdict": self.verdict,
            "trials": self.trials,
            "faults_landed": self.landed,
            "inconclusive": self.inconclusive,
            "violations": len(self.violations),
            "seed": seed,
            "findings": [
                {"trial": name, "run": run, "kind": one.kind, "subject": one.subject, "detail": one.detail}
                for name, run, one in self.violations
            ],
        }


class Proving:
    """Tries every guarantee, then each further trial, and then all of them again in turn."""

    def __init__(
        self, ground: Ground, trials: Sequence[Trial], seed: int, tell: Callable[[str], object]
    ) -> None:
        self._ground = ground
        self._trials = trials
        self._seed = seed
        self._tell = tell
        numbers = sorted({number for trial in trials for number in trial.guarantees})
        self.tallies = {number: Tally(number) for number in numbers}

    def run(self, seconds: float) -> None:
        """Every guarantee at least once, however long that takes; then whatever fits into ``seconds``."""
        end = time.monotonic() + seconds
        rest = [trial for trial in self._trials if not self._needed(trial)]
        for trial in rest:
            if _fits(trial, end):
                self._first(trial)
        for run in itertools.count(1 + _SECOND_CHANCES):
            fitting = [trial for trial in self._trials if _fits(trial, end)]
            if not fitting:
                return
            for trial in fitting:
                if _fits(trial, end):
                    self._enter(trial, run, self._try(trial, run))

    def _needed(self, trial: Trial) -> bool:
        """Run it if one of its guarantees has not been tried yet; whether it was."""
        needed = any(not self.tallies[number].trials for number in trial.guarantees)
        if needed:
            self._first(trial)
        return needed

    def _first(self, trial: Trial) -> None:
        for run in range(1 + _SECOND_CHANCES):
            result = self._try(trial, run)
            self._enter(trial, run, result)
            if result.landed or result.violations:
                return
        for number in trial.guarantees:
            self.tallies[number].inconclusive.append(trial.name)

    def _try(self, trial: Trial, run: int) -> Result:
        self._tell(trial.name)
        return trial.run(self._ground, random.Random(f"{self._seed}/{trial.name}/{run}"))

    def _enter(self, trial: Trial, run: int, result: Result) -> None:
        for number in trial.guarantees:
            tally = self.tallies[number]
            tally.trials += 1
            tally.landed += result.landed
            tally.violations += [(trial.name, run, one) for one in result.violations]


def report(tallies: Iterable[Tally], seed: int, seconds: float, lacking: Mapping[str, str]) -> dict[str, Any]:
    """What ``prove --json`` prints."""
    rows = [tally.as_dict(seed) for tally in tallies]
    return {
        "green": bool(rows) and all(row["verdict"] == "green" for row in rows),
        "seed": seed,
        "seconds": round(seconds, 1),
        "trials": sum(row["trials"] for row in rows),
        "guarantees": rows,
        "not_run": dict(lacking),
    }


def _fits(trial: Trial, end: float) -> bool:
    return time.monotonic() + trial.seconds < end
