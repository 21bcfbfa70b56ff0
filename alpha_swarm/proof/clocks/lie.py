"""Clocks that are an hour or a day off, or are set in the middle of the work, change nothing."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.app import App, build
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.states import Priority
from alpha_swarm.proof import apart, books
from alpha_swarm.proof.answers.unlucky import unlucky
from alpha_swarm.proof.clocks.parts import NAMES, Part, started
from alpha_swarm.proof.redis.server import redis_server
from alpha_swarm.proof.system import people
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import Stage, set_up

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from alpha_swarm.proof.ground import Ground

HOUR, DAY = 3600.0, 86400.0
_OFFSETS = (HOUR, -HOUR, DAY, -DAY)
#: A call takes long enough for others to lose patience with it.
_SANDBOX = (*apart.SANDBOX, "--set", "call_latency_ms=200")
_ENVIRON = {**apart.ENVIRON, "CLAY_POLL_AFTER": "1", "CLAY_BATCH_ROWS": "10", "CLAY_BATCH_ENRICH": "5"}
_LOOK_SECONDS = 0.1
#: Less than this is no lie.
_OFF_SECONDS = HOUR / 2


class ClocksLie(Trial):
    """On PostgreSQL each process has its own time; on SQLite they share the machine's, which is set anew."""

    name: ClassVar[str] = "clocks off by an hour or a day, or set in the middle of the work"
    guarantees: ClassVar[tuple[int, ...]] = (22, 5)
    seconds: ClassVar[float] = 25.0

    def __init__(
        self, *, leads: int = 40, patience: float = 60.0, patched: bool = False, apart_on_sqlite: bool = False
    ) -> None:
        """``patience``: seconds in which everything has to settle."""
        self._leads = leads
        self._patience = patience
        self._patched = patched
        self._apart_on_sqlite = apart_on_sqlite

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Start with wrong clocks, set one or all of them in the middle, count."""
        with _scene(ground) as (stage, app):
            shared = app.ledger.engine.dialect.name == "sqlite" and not self._apart_on_sqlite
            offsets = dict.fromkeys(NAMES, 0.0) if shared else _each_its_own(chance)
            step = chance.choice(_OFFSETS)
            accepted = _take(app, self._leads)
            with started(stage, offsets, patched=self._patched) as parts:
                _wait_for_work(app, self._patience)
                stepping = parts if shared else [chance.choice(parts)]
                for part in stepping:
                    part.watchface.show(step + offsets[part.name])
                settled = _settle(app, self._patience)
                ended = [Violation("ended", part.name) for part in parts if part.ended]
            found = books.audit(app, accepted, stage.ledger(detail=True))
            return Result(
                sum(_off(part) for part in parts),
                (*ended, *found, *unlucky(app, accepted)),
                {"step, seconds": step, "seconds to settle": round(settled, 1)},
            )


@contextmanager
def _scene(ground: Ground) -> Iterator[tuple[Stage, App]]:
    with redis_server() as server, ground.ledger() as url:
        environ = {**_ENVIRON, "DATABASE_URL": url, "REDIS_URL": f"unix://{server.socket}?db=0"}
        with set_up("clocks", sandbox=_SANDBOX, environ=environ) as stage:
            app = build(stage.settings, holder="proof")
            try:
                yield stage, app
            finally:
                app.close()


def _each_its_own(chance: random.Random) -> dict[str, float]:
    offsets = [*_OFFSETS, 0.0, chance.choice(_OFFSETS)]
    chance.shuffle(offsets)
    return dict(zip(NAMES, offsets, strict=True))


def _take(app: App, number: int) -> list[str]:
    now = SystemClock().now()
    inputs = [read_lead(people.person(f"clock-{index:04d}"), now=now) for index in range(number)]
    return [one.lead_id for one in app.receive.take(inputs, priority=Priority.NORMAL, door="proof")]


def _wait_for_work(app: App, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = app.status()["leads"]
        if sum(states.values()) > states["received"]:
            return
        time.sleep(_LOOK_SECONDS)


def _settle(app: App, seconds: float) -> float:
    """Wait until nothing is on its way, or the time is up; how long that took."""
    began = time.monotonic()
    while not app.status()["settled"] and time.monotonic() - began < seconds:
        time.sleep(_LOOK_SECONDS)
    return time.monotonic() - began


def _off(part: Part) -> bool:
    """Whether its own clock was shown to be wrong."""
    return any(abs(offset) > _OFF_SECONDS for offset in part.watchface.said())
