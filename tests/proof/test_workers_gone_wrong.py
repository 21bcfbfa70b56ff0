"""Workers that die over leads, are frozen, or misread the time break no promise; the trials find who does."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.clocks.lie import ClocksLie
from alpha_swarm.proof.poison.isolated import PoisonIsolated
from alpha_swarm.proof.zombies.cannot_act import ZombiesCannotAct
from tests.proof.grounds import on_postgresql, on_sqlite, tell
from tests.proof.mutants import gone_wrong as mutants

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.proof.trial import Result, Trial

pytestmark = pytest.mark.proof
__all__ = ["on_postgresql", "on_sqlite"]

ROOT = Path(__file__).parents[2]
#: As many as there are calls and commits, before and after, and some statements.
FEW = 30
#: A sabotage may need another draw to show.
RUNS = 3


@pytest.fixture
def sabotage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Whatever it is called with is called in every Python process that starts from now on."""

    def install(*acts: Callable[[], None]) -> None:
        lines = [f"from {act.__module__} import {act.__name__}\n{act.__name__}()\n" for act in acts]
        (tmp_path / "sitecustomize.py").write_text("".join(lines))
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))

    return install


def run(trial: Trial, ground: Ground, seed: str = "green") -> Result:
    result = trial.run(ground, random.Random(f"{seed}/{trial.name}"))
    tell(result)
    return result


def check(trial: Trial, ground: Ground) -> None:
    """Faults landed, and nothing came of them."""
    result = run(trial, ground)
    assert result.violations == ()
    assert result.landed > 0


def found(trial: Trial, ground: Ground) -> set[str]:
    """The kinds of violations of the first run that has any."""
    results = (run(trial, ground, f"red/{number}") for number in range(RUNS))
    return next(({one.kind for one in result.violations} for result in results if result.violations), set())


def test_frozen_workers_do_nothing_after_their_lease_on_sqlite(on_sqlite: Ground) -> None:
    """For 42 real seconds, around every commit and call; ``prove`` freezes at more statements."""
    check(ZombiesCannotAct(zombies=FEW), on_sqlite)


@pytest.mark.long
@pytest.mark.postgresql
def test_frozen_workers_do_nothing_after_their_lease_on_postgresql(
    on_postgresql: Ground, sabotage: Callable[..., None]
) -> None:
    sabotage(mutants.trust_is_short)
    check(ZombiesCannotAct(zombies=FEW, frozen_seconds=1.0), on_postgresql)


@pytest.mark.long
@pytest.mark.postgresql
@pytest.mark.timeout(600)
def test_workers_frozen_for_long_do_nothing_after_their_lease_on_postgresql(on_postgresql: Ground) -> None:
    check(ZombiesCannotAct(), on_postgresql)


def test_poison_is_told_apart_on_sqlite(on_sqlite: Ground) -> None:
    check(PoisonIsolated(), on_sqlite)


@pytest.mark.postgresql
def test_poison_is_told_apart_on_postgresql(on_postgresql: Ground) -> None:
    check(PoisonIsolated(leads=30, poison=4), on_postgresql)


def test_a_machine_whose_clock_is_set_loses_no_time(on_sqlite: Ground) -> None:
    check(ClocksLie(leads=20), on_sqlite)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "patched",
    [
        pytest.param(False, id="libfaketime", marks=pytest.mark.long),
        pytest.param(True, id="patched", marks=pytest.mark.long),
    ],
)
def test_workers_need_not_know_what_time_it_is(on_postgresql: Ground, patched: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    check(ClocksLie(patched=patched), on_postgresql)


@pytest.mark.parametrize(
    "mutant",
    [
        mutants.crashes_are_counted_on_failure_only,
        pytest.param(mutants.batches_are_never_halved, marks=pytest.mark.long),
    ],
)
def test_a_sabotage_that_only_poison_reveals_is_found(
    mutant: Callable[[], None], on_sqlite: Ground, sabotage: Callable[..., None]
) -> None:
    sabotage(mutant)
    assert found(PoisonIsolated(leads=12, poison=3), on_sqlite) & {"loop", "innocent"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("mutant", "kind"),
    [
        (mutants.nobody_asks_whether_the_lease_still_stands, "wrote"),
        (mutants.leases_are_trusted_for_ever, "sent"),
    ],
)
def test_a_sabotage_that_only_zombies_reveal_is_found(
    mutant: Callable[[], None], kind: str, on_sqlite: Ground, sabotage: Callable[..., None]
) -> None:
    sabotage(mutants.trust_is_short, mutant)
    assert kind in found(ZombiesCannotAct(zombies=FEW, frozen_seconds=1.0), on_sqlite)


@pytest.mark.long
@pytest.mark.postgresql
def test_leases_by_the_clocks_of_workers_are_found(
    on_postgresql: Ground, sabotage: Callable[..., None]
) -> None:
    sabotage(mutants.leases_go_by_the_clock_of_the_worker)
    trial = ClocksLie(leads=20, patience=10)
    assert found(trial, on_postgresql) & {"stranded", "duplicated", "charged"}
