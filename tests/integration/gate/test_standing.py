"""How limits stand can be seen, and to look changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.gate import RedisGate
from alpha_swarm.coordination.scripts import SINCE
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.ports.edge import Exchange, Passage

if TYPE_CHECKING:
    from redis import Redis

LIMITS = {"busy": (Limit(100, 60), Limit(1000, 60, unit="rows")), "quiet": (Limit(10, 1),), "off": ()}
CALL = Passage(target="anybody", limit="busy", records=5)


def test_each_limit_is_shown_with_its_use_and_a_lower_ceiling_that_was_learned(shared: Redis) -> None:
    """In calls and in rows; what nobody lowered shows nothing of the kind."""
    shared.set(SINCE, 0)
    door = RedisGate(shared, LIMITS, SystemClock())
    for _ in range(3):
        door.enter(CALL)
    before = shared.info("commandstats")
    first, rows, quiet = door.standing()
    assert first == {"limit": "busy", "configured": "100/60", "learned": None, "used": 3}
    assert rows == {"limit": "busy", "configured": "1000/60r", "learned": None, "used": 15}
    assert quiet == {"limit": "quiet", "configured": "10/1", "learned": None, "used": 0}
    after = shared.info("commandstats")
    assert after["cmdstat_eval"]["calls"] - before.get("cmdstat_eval", {"calls": 0})["calls"] == 1
    door.leave(CALL, Exchange(status=429, seconds=0.01, headers={}))
    learned = door.standing()[0]["learned"]
    assert 0 < learned < 100
    assert door.standing()[0]["used"] == 3


def test_without_redis_what_is_configured_is_shown() -> None:
    """And what is not known is not made up."""
    door = RedisGate(connect("unix:///nowhere"), LIMITS, SystemClock())
    assert [(one["configured"], one["learned"], one["used"]) for one in door.standing()] == [
        ("100/60", None, None),
        ("1000/60r", None, None),
        ("10/1", None, None),
    ]
