"""Guarantee 8: workers that share a cap never make the other side bill more, and the books equal the bill."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.money.under_a_cap import UnderACap
from tests.proof.grounds import on_postgresql, on_sqlite, tell
from tests.proof.sabotage import sabotaged

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.proof.ground import Ground

pytestmark = [pytest.mark.proof, pytest.mark.acceptance]
__all__ = ["on_postgresql", "on_sqlite"]

_SEEDS = range(25)
_DRAWS = 6


def check(trial: UnderACap, ground: Ground, seed: int) -> None:
    """Something hit, nothing was wrong, and nobody stayed below the cap by doing nothing."""
    result = trial.run(ground, random.Random(seed))
    tell(result)
    assert result.violations == ()
    assert result.landed
    assert result.figures["bill"] > result.figures["cap"] / 2


def test_a_cap_holds_on_sqlite(on_sqlite: Ground) -> None:
    check(UnderACap(kills=1, processes=3), on_sqlite, 1)


@pytest.mark.long
@pytest.mark.postgresql
def test_a_cap_holds_on_postgresql(on_postgresql: Ground) -> None:
    check(UnderACap(), on_postgresql, 2)


@pytest.mark.long
def test_reservations_that_do_not_count_are_found(on_sqlite: Ground, tmp_path: Path) -> None:
    """All workers see the same room; in which trial several are at it at once is chance."""
    trial = UnderACap(kills=0, environ=sabotaged(tmp_path, "reservations_do_not_count"))
    results = (trial.run(on_sqlite, random.Random(seed)) for seed in range(_DRAWS))
    assert any(one.kind == "overdrawn" for result in results for one in result.violations)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_25_trials_on_sqlite(on_sqlite: Ground) -> None:
    for seed in _SEEDS:
        check(UnderACap(), on_sqlite, seed)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.postgresql
def test_25_trials_on_postgresql(on_postgresql: Ground) -> None:
    for seed in _SEEDS:
        check(UnderACap(), on_postgresql, 1000 + seed)
