"""Answers that are lost, late, repeated or in any order break no promise; the trials find who breaks one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.answers.any_order import HintsInAnyOrder
from alpha_swarm.proof.answers.feedback import NoFeedbackLoop
from alpha_swarm.proof.answers.in_the_middle import HintInTheMiddle
from alpha_swarm.proof.answers.nothing_sent import NothingSent
from alpha_swarm.proof.answers.one_contact import NoDuplicateContact
from alpha_swarm.proof.answers.replies_lost import RepliesLost
from alpha_swarm.proof.answers.same_person import TheSamePersonAtOnce
from tests.proof.grounds import on_postgresql, on_sqlite
from tests.proof.mutants import answers as mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.proof.trial import Result, Trial

pytestmark = pytest.mark.proof
__all__ = ["on_postgresql", "on_sqlite"]

TRIALS = (
    RepliesLost(),
    NothingSent(),
    TheSamePersonAtOnce(),
    NoDuplicateContact(),
    NoFeedbackLoop(),
    HintInTheMiddle(),
    HintsInAnyOrder(),
)
#: What another database could change: locks, rollbacks, and who sees what when.
ON_POSTGRESQL = (RepliesLost(), NoDuplicateContact(), HintInTheMiddle())
#: A fault may miss, and a sabotage may need another draw to show.
_RUNS = 8


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_no_promise_is_broken(trial: Trial, on_sqlite: Ground) -> None:
    check_green(trial, on_sqlite)


@pytest.mark.long
@pytest.mark.postgresql
@pytest.mark.parametrize("trial", ON_POSTGRESQL, ids=lambda trial: trial.name)
def test_no_promise_is_broken_on_postgresql(trial: Trial, on_postgresql: Ground) -> None:
    check_green(trial, on_postgresql)


def check_green(trial: Trial, ground: Ground) -> None:
    """Faults landed, and nothing came of them."""
    result = trial.run(ground, random.Random(f"green/{trial.name}"))
    assert result.violations == ()
    assert result.landed > 0


@pytest.mark.parametrize(
    ("sabotage", "trial", "kinds"),
    [
        pytest.param(
            mutants.a_timeout_passes_for_a_refused_connection,
            RepliesLost(),
            {"duplicated", "charged"},
            marks=pytest.mark.long,
        ),
        (mutants.nothing_is_ever_in_doubt, RepliesLost(), {"duplicated", "charged"}),
        (mutants.a_refused_connection_uses_up_an_attempt, NothingSent(), {"attempt", "stranded"}),
        (mutants.contacts_are_searched_and_then_created, NoDuplicateContact(), {"duplicated"}),
        (mutants.contacts_are_created_blindly, NoDuplicateContact(), {"duplicated"}),
        pytest.param(
            mutants.results_are_taken_in_at_any_time, NoFeedbackLoop(), {"loop"}, marks=pytest.mark.long
        ),
        pytest.param(mutants.inputs_are_written_back, NoFeedbackLoop(), {"charged"}, marks=pytest.mark.long),
        (mutants.leases_bind_nobody, HintInTheMiddle(), {"repeated"}),
    ],
    ids=lambda value: getattr(value, "__name__", getattr(value, "name", "")),
)
def test_a_sabotage_is_found(
    sabotage: Callable[[pytest.MonkeyPatch], None],
    trial: Trial,
    kinds: set[str],
    on_sqlite: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The trial that is green without it turns red."""
    sabotage(monkeypatch)
    assert kinds & found_by(trial, on_sqlite)


@pytest.mark.long
def test_a_sabotage_of_other_processes_is_found(
    on_sqlite: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The doors that a trial starts are sabotaged alone."""
    mutants.in_children(monkeypatch, tmp_path, mutants.CASE_TELLS_PEOPLE_APART)
    assert "duplicated" in found_by(TheSamePersonAtOnce(), on_sqlite)


def found_by(trial: Trial, ground: Ground) -> set[str]:
    """The kinds of violations of the first run that has any."""
    results: Iterator[Result] = (
        trial.run(ground, random.Random(f"red/{trial.name}/{run}")) for run in range(_RUNS)
    )
    return next(({one.kind for one in result.violations} for result in results if result.violations), set())
