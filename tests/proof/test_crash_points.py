"""A process may die anywhere: nothing is lost, nothing happens twice, nothing strands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.crashing.order import Answer, Order
from alpha_swarm.proof.crashing.ordering import carry_out
from tests.proof.grounds import on_postgresql, on_sqlite
from tests.proof.mutants.crashing import MUTANTS, answers_precede_commits
from tests.proof.sabotage import sabotaged_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from alpha_swarm.proof.ground import Ground

SEED = "2"
#: Of the bytecodes' numbers, as counted in one life, another one may have a few less.
MOST_HIT = 0.9
LONG = (pytest.mark.long, pytest.mark.timeout(3600))

pytestmark = pytest.mark.proof
__all__ = ["on_postgresql", "on_sqlite"]


def told(answer: Answer) -> Answer:
    """The figures, for whoever reads the test's output."""
    kills = f"{answer.landed} kills of {answer.planned} planned, {answer.points} points"
    print(f"{kills}, {answer.milliseconds} ms each")  # noqa: T201 - shown with -s or -rP
    return answer


def survives_all(answer: Answer) -> None:
    """Each planned death happened, and broke no promise."""
    assert told(answer).violations == []
    assert answer.missed == []
    assert answer.landed == answer.planned > 0


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=LONG) for part in range(1, 6))])
def test_a_process_may_die_at_every_point_of_a_life_on_sqlite(on_sqlite: Ground, part: int) -> None:
    survives_all(carry_out(Order(kind="life", seed=SEED, part=part, parts=6), on_sqlite))


@pytest.mark.postgresql
@pytest.mark.parametrize("part", [pytest.param(part, marks=LONG) for part in range(3)])
def test_a_process_may_die_at_every_point_of_a_life_on_postgresql(on_postgresql: Ground, part: int) -> None:
    survives_all(carry_out(Order(kind="life", seed=SEED, part=part, parts=3), on_postgresql))


def test_a_process_may_die_while_the_first_leads_find_nothing_prepared(on_sqlite: Ground) -> None:
    survives_all(carry_out(Order(kind="first-day", seed=SEED, most=12), on_sqlite))


def test_a_process_may_die_at_every_point_of_the_recovery_on_sqlite(on_sqlite: Ground) -> None:
    """From a death after a paid call's answer and before it is written down; long: from all others."""
    survives_all(carry_out(Order(kind="recovery", seed=SEED, steps=["enrich"], part=1, parts=36), on_sqlite))


@pytest.mark.long
@pytest.mark.postgresql
def test_a_process_may_die_over_the_recovery_on_postgresql(on_postgresql: Ground) -> None:
    survives_all(carry_out(Order(kind="recovery", seed=SEED, most=15), on_postgresql))


def test_a_process_may_die_at_any_bytecode(on_sqlite: Ground) -> None:
    answer = told(carry_out(Order(kind="bytecodes", seed=SEED, most=30), on_sqlite))
    assert answer.violations == []
    assert answer.landed > MOST_HIT * answer.planned


@pytest.mark.parametrize("part", [pytest.param(part, marks=LONG) for part in range(16)])
def test_a_process_may_die_at_every_bytecode(on_sqlite: Ground, part: int) -> None:
    answer = told(carry_out(Order(kind="bytecodes", seed=SEED, part=part, parts=16), on_sqlite))
    assert answer.violations == []
    assert answer.landed > MOST_HIT * answer.planned


@pytest.mark.parametrize("part", [pytest.param(part, marks=LONG) for part in range(4)])
def test_a_process_may_die_at_every_point_of_every_recovery(on_sqlite: Ground, part: int) -> None:
    survives_all(carry_out(Order(kind="recovery", seed=SEED, part=part, parts=4), on_sqlite))


@pytest.mark.parametrize(
    "mutant", [pytest.param(one, marks=() if one is answers_precede_commits else LONG) for one in MUTANTS]
)
def test_a_sabotage_that_only_a_crash_reveals_is_found(
    on_sqlite: Ground, mutant: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sabotaged_by(mutant, tmp_path).items():
        monkeypatch.setenv(name, value)
    answer = told(carry_out(Order(kind="life", seed=SEED, steps=[MUTANTS[mutant]]), on_sqlite))
    print("\n".join(str(one) for one in answer.violations[:3]))  # noqa: T201 - what it was found by
    assert answer.violations != []
    assert answer.landed
