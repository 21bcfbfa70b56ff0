"""The other side cannot be reached for a while, again and again: nothing was sent, so nothing is used up."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import func, select

from alpha_swarm.ledger.schema.tables import events, work
from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.proof.answers.scene import accept, people, scene
from alpha_swarm.proof.answers.settling import settle
from alpha_swarm.proof.answers.unlucky import unlucky
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from alpha_swarm.app import App
    from alpha_swarm.proof.ground import Ground

_LEADS = 12
#: Turns in which the port is open; each brings the leads one step on.
_TURNS = 12
#: More than there are attempts.
_REFUSALS = 5
#: Longer than the wait after a connection that did not come about.
_WAIT_SECONDS = 16.0


class NothingSent(Trial):
    """Connect errors are retried freely and cost no attempt."""

    name: ClassVar[str] = "connections refused"
    guarantees: ClassVar[tuple[int, ...]] = (7,)
    seconds: ClassVar[float] = 4.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Before each step the port is closed for more tries than there are attempts."""
        with ground.ledger() as url, scene(url, chance) as one, _closed_port() as port:
            reached, refused = one.app(), one.app("refused", **_addresses(port))
            accepted = accept(reached, people(chance, _LEADS))
            used = sum(_turn(reached, refused) for _ in range(_TURNS))
            settle(reached, one.stage)
            burnt = (Violation("attempt", "work", f"{used} used up"),) if used else ()
            found = (*one.audit(reached, accepted), *unlucky(reached, accepted), *burnt)
            return Result(_refusals(reached), found)


def _turn(reached: App, refused: App) -> int:
    """Refused several times, then one step on; how many attempts stood as used up meanwhile."""
    for _ in range(_REFUSALS):
        rounds.work_once(refused)
        time_travel.let_time_pass(refused.ledger.engine, _WAIT_SECONDS)
    used = _attempts(refused)
    rounds.work_once(reached)
    return used


def _attempts(app: App) -> int:
    with app.ledger.read() as tx:
        (row,) = tx.session.rows(select(func.coalesce(func.sum(work.c.attempts), 0)))
    return int(row[0])


def _refusals(app: App) -> int:
    """As the leads' stories tell."""
    with app.ledger.read() as tx:
        waits = tx.session.rows(select(events.c.detail).where(events.c.kind == "waits"))
    return sum("no connection" in row.detail["reason"] for row in waits)


def _addresses(port: int) -> dict[str, str]:
    names = ("CLAY_API_BASE_URL", "GHL_API_BASE_URL", "INSTANTLY_API_BASE_URL")
    return dict.fromkeys(names, f"http://127.0.0.1:{port}")


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port that is taken, so that nobody else opens it, and at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        yield port
