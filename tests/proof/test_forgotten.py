"""Whoever asks to be forgotten stays so, whoever dies over it; who leaves somebody behind is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.crashing.order import EVERY_CRM, Answer, Order
from alpha_swarm.proof.crashing.ordering import carry_out
from tests.proof.grounds import on_postgresql, on_sqlite
from tests.proof.mutants.erasing import MUTANTS
from tests.proof.sabotage import sabotaged_by
from tests.proof.test_crash_points import LONG, MOST_HIT, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from alpha_swarm.proof.ground import Ground

pytestmark = pytest.mark.proof
__all__ = ["on_postgresql", "on_sqlite"]


def an_erasure(**which: Any) -> Order:
    """Whoever is to be forgotten has gone into every CRM."""
    return Order(kind="erasure", targets=EVERY_CRM, **which)


def forgets_all(answer: Answer) -> None:
    """Of the steps, as counted once at a moment, an erasure among others may have one or two less."""
    assert told(answer).violations == []
    assert answer.landed > MOST_HIT * answer.planned


def test_an_erasure_may_die_anywhere_while_the_person_is_in_hand(on_sqlite: Ground) -> None:
    forgets_all(carry_out(an_erasure(seed="1", most=8), on_sqlite))


@pytest.mark.long
@pytest.mark.postgresql
def test_an_erasure_may_die_anywhere_on_postgresql(on_postgresql: Ground) -> None:
    forgets_all(carry_out(an_erasure(seed="2", most=4), on_postgresql))


@pytest.mark.parametrize("part", [pytest.param(part, marks=LONG) for part in range(3)])
def test_an_erasure_may_die_at_each_step_at_each_of_thirty_moments(on_sqlite: Ground, part: int) -> None:
    forgets_all(carry_out(an_erasure(seed="1", part=part, parts=3), on_sqlite))


@pytest.mark.postgresql
@pytest.mark.parametrize("part", [pytest.param(part, marks=LONG) for part in range(3)])
def test_the_same_of_every_step_on_postgresql(on_postgresql: Ground, part: int) -> None:
    forgets_all(carry_out(an_erasure(seed="1", part=part, parts=3), on_postgresql))


@pytest.mark.parametrize(
    "mutant", [next(iter(MUTANTS)), *(pytest.param(one, marks=LONG) for one in [*MUTANTS][1:])]
)
def test_a_sabotage_that_leaves_somebody_behind_is_found(
    on_sqlite: Ground, mutant: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sabotaged_by(mutant, tmp_path).items():
        monkeypatch.setenv(name, value)
    answer = told(carry_out(an_erasure(seed="1", steps=[MUTANTS[mutant]], most=8), on_sqlite))
    print("\n".join(str(one)[:300] for one in answer.violations[:3]))  # noqa: T201 - what it was found by
    assert {one.kind for one in answer.violations} & {"left", "returned"}
    assert answer.landed
