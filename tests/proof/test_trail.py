"""Whoever tampers with the audit trail is found out; the trial finds a trail that hides it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.privacy.audit import Chain
from alpha_swarm.ledger.privacy import audit
from alpha_swarm.ledger.privacy.audit import SqlAudit
from alpha_swarm.proof.trail.tampered import TamperedTrail
from tests.proof.grounds import on_postgresql, on_sqlite
from tests.proof.test_answers import check_green

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.proof.ground import Ground

pytestmark = pytest.mark.proof
__all__ = ["on_postgresql", "on_sqlite"]


def test_no_tampering_goes_unseen(on_sqlite: Ground) -> None:
    check_green(TamperedTrail(), on_sqlite)


@pytest.mark.long
@pytest.mark.postgresql
def test_no_tampering_goes_unseen_on_postgresql(on_postgresql: Ground) -> None:
    check_green(TamperedTrail(), on_postgresql)


def anybody_can_make_the_hashes(patch: pytest.MonkeyPatch) -> None:
    """Without a key; only an anchor remembers what they were."""
    patch.setattr(audit, "chain_of", lambda _key: Chain(b""))


def anchors_say_nothing(patch: pytest.MonkeyPatch) -> None:
    """Nobody compares the trail with what is kept outside."""
    verify = SqlAudit.verify
    patch.setattr(SqlAudit, "verify", lambda self, _anchors, since: verify(self, (), since))


@pytest.mark.parametrize("sabotage", [anybody_can_make_the_hashes, anchors_say_nothing])
def test_a_trail_that_hides_something_is_found(
    sabotage: Callable[[pytest.MonkeyPatch], None], on_sqlite: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage(monkeypatch)
    result = TamperedTrail(commits=3).run(on_sqlite, random.Random("red"))
    assert {one.kind for one in result.violations} == {"unseen"}
