"""Databases that fail, restart or are put back break no promise; and the trials find who breaks them."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.databases.api_killed import AcceptedIsDurable
from alpha_swarm.proof.databases.durability import CommitsAreDurable
from alpha_swarm.proof.databases.faults import places
from alpha_swarm.proof.databases.restarts import ServerRestarts, SessionsEnd
from alpha_swarm.proof.databases.restored import RestoredBackup
from alpha_swarm.proof.databases.server import programs
from alpha_swarm.proof.databases.statements import CommitFails, StatementFails
from alpha_swarm.proof.databases.tracing import SyncedBeforeAnswer, synced, tracer
from alpha_swarm.proof.ground import Ground
from tests.integration.databases import VARIABLE, server_url
from tests.proof.mutants import databases as mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from alpha_swarm.proof.trial import Trial

pytestmark = pytest.mark.proof

_BOTH = ("sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.long]))
#: A sabotage may need another draw to show.
_RUNS = 6
TRIALS = (StatementFails(), CommitFails(), CommitsAreDurable(), RestoredBackup())
needs_server = pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed")
needs_tracer = pytest.mark.skipif(tracer() is None, reason="strace is not installed, or may not trace")


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


def check(trial: Trial, ground: Ground, seed: str = "green") -> None:
    """Faults landed, and nothing came of them."""
    result = trial.run(ground, random.Random(f"{seed}/{trial.name}"))
    assert result.violations == ()
    assert result.landed > 0


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_no_promise_is_broken(trial: Trial, ground: Ground) -> None:
    """On either database, whatever fails."""
    check(trial, ground)


def test_every_id_in_an_answer_survives_the_door_that_gave_it(ground: Ground) -> None:
    check(AcceptedIsDurable(kills=2), ground)


@needs_tracer
def test_the_log_is_on_the_disk_before_the_answer_leaves(file_ground: Ground) -> None:
    check(SyncedBeforeAnswer(), file_ground)


@needs_server
@pytest.mark.postgresql
@pytest.mark.long
def test_up_outlives_restarts_of_its_server(file_ground: Ground) -> None:
    check(ServerRestarts(blows=3, leads=60), file_ground)


@needs_server
@pytest.mark.postgresql
@pytest.mark.long
@pytest.mark.timeout(3600)
def test_up_outlives_sixty_restarts(file_ground: Ground) -> None:
    """Every 5 to 40 s, 3,000 leads."""
    check(ServerRestarts(blows=60, leads=3000, pause=(5.0, 40.0), patience=600.0), file_ground)


@needs_server
@pytest.mark.postgresql
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_up_outlives_the_end_of_all_sessions(file_ground: Ground) -> None:
    """A hundred times."""
    check(SessionsEnd(blows=100, leads=500, pause=(0.2, 1.0)), file_ground)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", [StatementFails, CommitFails])
def test_every_operation_of_a_life_fails_once(
    kind: type[StatementFails | CommitFails], ground: Ground
) -> None:
    """The first, the second and so on, until a life ends before the fault."""
    check(kind(stride=1), ground)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_door_is_killed_three_hundred_times(ground: Ground) -> None:
    check(AcceptedIsDurable(kills=300), ground)


@pytest.mark.parametrize(
    ("sabotage", "trial", "kinds"),
    [
        (mutants.a_failed_commit_passes_for_done, CommitFails(), {"lost"}),
        (mutants.commits_wait_for_no_disk, CommitsAreDurable(), {"volatile"}),
        (mutants.a_restored_ledger_is_trusted, RestoredBackup(), {"duplicated", "charged"}),
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
    """The trial that is green above is red, for the reason that is to be expected."""
    sabotage(monkeypatch)
    runs = (trial.run(file_ground, random.Random(f"red/{run}")) for run in range(_RUNS))
    assert any(kinds & {violation.kind for violation in result.violations} for result in runs)


@pytest.mark.long
def test_a_door_that_answers_first_is_found(file_ground: Ground, tmp_path: Path) -> None:
    """It dies between the answer and the commit."""
    environ = mutants.answers_leave_before_the_commit(tmp_path)
    result = AcceptedIsDurable(kills=3, environ=environ).run(file_ground, random.Random("red"))
    assert "lost" in {violation.kind for violation in result.violations}


@needs_tracer
def test_a_door_that_waits_for_no_disk_is_found(file_ground: Ground, tmp_path: Path) -> None:
    environ = mutants.a_door_that_waits_for_no_disk(tmp_path)
    result = SyncedBeforeAnswer(environ).run(file_ground, random.Random("red"))
    assert {violation.kind for violation in result.violations} == {"volatile"}


def test_a_sync_that_has_not_ended_counts_for_nothing() -> None:
    """Neither does another file's, nor one before the request."""
    sync, ended = "8 fdatasync(4</x/ledger.db-wal> <unfinished ...>", "8 <... fdatasync resumed>) = 0"
    whole, other = "8 fdatasync(4</x/ledger.db-wal>) = 0", "8 fdatasync(4</x/other.db>) = 0"
    request, answer = '7 read(9<s>, "POST /leads HTTP"...) = 1', '7 write(9<s>, "HTTP/1.1 202 Acc"...) = 1'
    assert synced([request, sync, ended, answer]) == [True]
    assert synced([request, whole, answer]) == [True]
    assert synced([request, sync, answer, ended]) == [False]
    assert synced([whole, request, other, answer]) == [False]


def test_faults_are_where_the_seed_puts_them_and_never_evenly_spread() -> None:
    """Evenly spread, they meet every attempt at a job at the same place."""
    found = sorted(places(random.Random(1), 10, 20))
    assert found == sorted(places(random.Random(1), 10, 20))
    assert len({after - before for before, after in itertools.pairwise(found)}) > 1
