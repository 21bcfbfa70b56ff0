"""Answers that are lost, late, repeated or in any order break no promise; the trials find who breaks one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.answers.any_order import HintsInAnyOrder
from alpha_swarm.proof.answers.feedback import NoFeedbackLoop
from alpha_swarm.proof.answers.nothing_sent import NothingSent
from alpha_swarm.proof.answers.one_contact import NoDuplicateContact
from alpha_swarm.proof.answers.replies_lost import RepliesLost
from alpha_swarm.proof.answers.same_person import TheSamePersonAtOnce
from alpha_swarm.proof.ground import Ground
from tests.integration.databases import VARIABLE, server_url
from tests.proof.mutants import answers as mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from alpha_swarm.proof.trial import Result, Trial

pytestmark = pytest.mark.proof

TRIALS = (
    RepliesLost(),
    NothingSent(),
    TheSamePersonAtOnce(),
    NoDuplicateContact(),
    NoFeedbackLoop(),
    HintsInAnyOrder(),
)
_BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
#: A fault may miss, and a sabotage may need another draw to show.
_RUNS = 3


@pytest.fixture(params=_BOTH)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Ledgers on either database."""
    server = server_url() if request.param == "postgresql" else None
    if request.param == "postgresql" and server is None:
        pytest.skip(f"{VARIABLE} names no PostgreSQL server")
    ground = Ground(server)
    yield ground
    ground.close()


@pytest.fixture
def file_ground() -> Iterator[Ground]:
    """Ledgers in SQLite files."""
    ground = Ground()
    yield ground
    ground.close()


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_no_promise_is_broken(trial: Trial, ground: Ground) -> None:
    """Faults landed, and nothing came of them."""
    result = trial.run(ground, random.Random(f"green/{trial.name}"))
    assert result.violations == ()
    assert result.landed > 0


@pytest.mark.parametrize(
    ("sabotage", "trial", "kinds"),
    [
        (mutants.a_timeout_passes_for_a_refused_connection, RepliesLost(), {"duplicated", "charged"}),
        (mutants.nothing_is_ever_in_doubt, RepliesLost(), {"duplicated", "charged"}),
        (mutants.a_refused_connection_uses_up_an_attempt, NothingSent(), {"attempt", "stranded"}),
        (mutants.contacts_are_searched_and_then_created, NoDuplicateContact(), {"duplicated"}),
        (mutants.contacts_are_created_blindly, NoDuplicateContact(), {"duplicated"}),
        (mutants.results_are_taken_in_at_any_time, NoFeedbackLoop(), {"loop"}),
        (mutants.inputs_are_written_back, NoFeedbackLoop(), {"charged"}),
    ],
    ids=lambda value: getattr(value, "__name__", getattr(value, "name", "")),
)
def test_a_sabotage_is_found(
    sabotage: Callable[[pytest.MonkeyPatch], None],
    trial: Trial,
    kinds: set[str],
    file_ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The trial that is green without it turns red."""
    sabotage(monkeypatch)
    assert kinds & found_by(trial, file_ground)


@pytest.mark.parametrize(
    ("source", "trial", "kind"),
    [
        (mutants.LEASES_BIND_NOBODY, HintsInAnyOrder(), "different"),
        (mutants.CASE_TELLS_PEOPLE_APART, TheSamePersonAtOnce(), "duplicated"),
    ],
    ids=["leases_bind_nobody", "case_tells_people_apart"],
)
def test_a_sabotage_of_other_processes_is_found(
    source: str,
    trial: Trial,
    kind: str,
    file_ground: Ground,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The workers and doors that a trial starts are sabotaged alone."""
    mutants.in_children(monkeypatch, tmp_path, source)
    assert kind in found_by(trial, file_ground)


def found_by(trial: Trial, ground: Ground) -> set[str]:
    """The kinds of violations of the first run that has any."""
    results: Iterator[Result] = (
        trial.run(ground, random.Random(f"red/{trial.name}/{run}")) for run in range(_RUNS)
    )
    return next(({one.kind for one in result.violations} for result in results if result.violations), set())
