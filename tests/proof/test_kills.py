"""Guarantees 2 and 5 with real processes that are killed or told to end."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.killing.real_kills import RealKills
from alpha_swarm.proof.killing.rolling_sigterm import RollingSigterm
from alpha_swarm.proof.system.watch import Watch
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.integration.world import world
from tests.proof.grounds import on_postgresql, on_sqlite, tell
from tests.proof.mutants import step_not_owed
from tests.proof.sabotage import sabotaged

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.proof.ground import Ground

pytestmark = [pytest.mark.proof, pytest.mark.acceptance]
__all__ = ["on_postgresql", "on_sqlite"]


@pytest.mark.parametrize(("kills", "leads"), [(8, 50), pytest.param(50, 160, marks=pytest.mark.long)])
def test_kills_of_any_process_lose_and_repeat_nothing(on_sqlite: Ground, kills: int, leads: int) -> None:
    """Some hit work in hand, which is taken over in time; the books balance ten times a second."""
    trial = RealKills(kills=kills, leads=leads, longest_pause=1.0, patience=90)
    result = trial.run(on_sqlite, random.Random(1))
    tell(result)
    assert result.violations == ()
    assert result.landed >= max(1, kills // 10)
    assert result.figures["kills"] == kills
    assert result.figures["kills of the supervisor"] >= 1
    assert result.figures["looks at the books"] > 100


@pytest.mark.long
@pytest.mark.postgresql
def test_every_part_ends_in_peace_while_leads_are_on_their_way(on_postgresql: Ground) -> None:
    """Each within 30 s after SIGTERM, with what it had in hand done or given back."""
    result = RollingSigterm(leads=80).run(on_postgresql, random.Random(1))
    tell(result)
    assert result.violations == ()
    assert result.landed >= 1
    assert result.figures["parts ended"] == 8


@pytest.mark.long
def test_leases_of_the_dead_that_never_end_are_found(on_sqlite: Ground, tmp_path: Path) -> None:
    """Their leads are never taken over."""
    trial = RealKills(
        kills=8,
        leads=40,
        longest_pause=0.2,
        patience=5,
        environ=sabotaged(tmp_path, "leases_for_ever"),
    )
    result = trial.run(on_sqlite, random.Random(1))
    assert result.landed
    assert {"takeover", "lease"} <= {one.kind for one in result.violations}


@pytest.mark.parametrize("mutant", [False, True])
def test_a_lead_that_is_moved_without_its_next_step_being_owed_is_found(
    on_sqlite: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, mutant: bool
) -> None:
    """By the same watch that finds nothing wrong in the program as it is."""
    if mutant:
        step_not_owed.apply(monkeypatch)
    with on_sqlite.ledger() as url, world(tmp_path, SandboxSettings(limits=False), url) as one:
        watch = Watch(one.app.ledger.engine)
        one.people(3)
        for _ in range(3):
            one.step()
            watch.look()
        assert {found.kind for found in watch.violations} == ({"stranded"} if mutant else set())
