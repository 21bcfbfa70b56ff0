"""Guarantee 3: whatever becomes of Redis, the leads arrive and the doors answer."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.pipeline.sweep import Sweep
from alpha_swarm.proof.redis import faults
from alpha_swarm.proof.redis.disposable import RedisFaults
from alpha_swarm.proof.redis.intake import IntakeWithRedisFrozen
from alpha_swarm.proof.redis.wiped import HintsWiped
from tests.proof.grounds import on_postgresql, on_sqlite, tell
from tests.proof.mutants import hints_are_the_truth
from tests.proof.sabotage import sabotaged

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.proof.ground import Ground

pytestmark = [pytest.mark.proof, pytest.mark.acceptance]
__all__ = ["on_postgresql", "on_sqlite"]


@pytest.mark.parametrize(("flushes", "leads"), [(2, 60), pytest.param(10, 120, marks=pytest.mark.long)])
def test_flushes_and_every_other_fault_of_redis_lose_and_repeat_nothing(
    on_sqlite: Ground, flushes: int, leads: int
) -> None:
    """Each fault provably hit."""
    result = RedisFaults(flushes=flushes, leads=leads).run(on_sqlite, random.Random(1))
    tell(result)
    assert result.violations == ()
    assert result.figures["flushed"] >= flushes - 1
    assert all(result.figures[name] for name in faults.ALL)


@pytest.mark.long
def test_the_doors_answer_within_a_second_while_redis_hangs(on_sqlite: Ground) -> None:
    """And what they took in arrives once it is back."""
    result = IntakeWithRedisFrozen(seconds_away=8.0).run(on_sqlite, random.Random(1))
    tell(result)
    assert result.violations == ()
    assert result.landed >= 10


def test_wiped_hints_are_sent_again(on_sqlite: Ground) -> None:
    """Half of them are gone before anybody follows them."""
    result = HintsWiped().run(on_sqlite, random.Random(1))
    assert result.violations == ()
    assert result.landed >= 5


def test_without_the_sweep_wiped_hints_strand_their_leads(
    on_sqlite: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sweep, "run", lambda _: None)
    result = HintsWiped().run(on_sqlite, random.Random(1))
    assert "stranded" in {one.kind for one in result.violations}


class Calm(random.Random):
    """Chances of one half never come true."""

    def random(self) -> float:
        """At least one half."""
        return max(super().random(), 0.5)


@pytest.mark.parametrize("wiped", [False, True])
def test_whoever_believes_in_hints_is_found_when_they_are_wiped(
    on_sqlite: Ground, monkeypatch: pytest.MonkeyPatch, *, wiped: bool
) -> None:
    """And only then: while no hint is lost, the same sabotage does no harm."""
    hints_are_the_truth.apply(monkeypatch)
    result = HintsWiped().run(on_sqlite, random.Random(1) if wiped else Calm(1))
    assert ("stranded" in {one.kind for one in result.violations}) is wiped
    assert bool(result.landed) is wiped


@pytest.mark.long
def test_hints_that_are_not_repeated_are_found(on_sqlite: Ground, tmp_path: Path) -> None:
    """After FLUSHALL leads strand."""
    trial = RedisFaults(
        flushes=4, kinds=["flushed"], leads=60, patience=8, environ=sabotaged(tmp_path, "sweep_off")
    )
    result = trial.run(on_sqlite, random.Random(1))
    assert result.landed
    assert "stranded" in {one.kind for one in result.violations}
