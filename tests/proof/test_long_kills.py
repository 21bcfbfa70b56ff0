"""The whole of it: 2,000 leads, 200 kills on each database, Redis away for five minutes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.killing.real_kills import RealKills
from alpha_swarm.proof.killing.rolling_sigterm import RollingSigterm
from alpha_swarm.proof.redis.disposable import RedisFaults
from alpha_swarm.proof.redis.intake import (
    IntakeWithoutRedis,
    IntakeWithRedisBlackholed,
    IntakeWithRedisFrozen,
)
from tests.proof.grounds import on_postgresql, on_sqlite, tell

if TYPE_CHECKING:
    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.proof.trial import Result, Trial

pytestmark = [pytest.mark.proof, pytest.mark.long, pytest.mark.timeout(1800)]
__all__ = ["on_postgresql", "on_sqlite"]

_KILLS = RealKills(kills=200, leads=2000, patience=180)
_AWAY = 300.0


def green(trial: Trial, ground: Ground) -> Result:
    """Its result, of which nothing is wrong and something hit."""
    result = trial.run(ground, random.Random(1))
    tell(result)
    assert result.violations == ()
    assert result.landed
    return result


def test_two_hundred_kills_on_sqlite(on_sqlite: Ground) -> None:
    assert green(_KILLS, on_sqlite).figures["kills"] == 200


@pytest.mark.postgresql
def test_two_hundred_kills_on_postgresql(on_postgresql: Ground) -> None:
    assert green(_KILLS, on_postgresql).figures["kills"] == 200


def test_every_part_ends_in_peace_on_sqlite(on_sqlite: Ground) -> None:
    green(RollingSigterm(leads=400), on_sqlite)


@pytest.mark.postgresql
def test_every_fault_of_redis_with_postgresql(on_postgresql: Ground) -> None:
    """FLUSHALL sixty times, two thousand leads."""
    green(RedisFaults(flushes=60, leads=2000, patience=180), on_postgresql)


@pytest.mark.parametrize("kind", [IntakeWithoutRedis, IntakeWithRedisFrozen, IntakeWithRedisBlackholed])
def test_the_doors_answer_for_five_minutes_without_redis(
    kind: type[IntakeWithoutRedis], on_sqlite: Ground
) -> None:
    green(kind(seconds_away=_AWAY), on_sqlite)
