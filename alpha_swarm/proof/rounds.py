"""The work of all queues in one process, round by round, with time that passes at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import Step
from alpha_swarm.proof import time_travel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.ports.edge import Exchange, Passage, Room

_MOST = 500
_BATCHES = {Step.INGEST: 50, Step.ENRICH: 25}
_BATCH = 100


class NoHints:
    """Hints that go nowhere: a round looks at the ledger itself, as the sweep does."""

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """Nothing: what is owed stands in the ledger."""

    def spread(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """The same."""

    def inbox(self) -> None:
        """Nothing."""

    def depths(self) -> dict[str, int]:
        """No queues."""
        return {}

    def rooms(self) -> Sequence[Room]:
        """No queues."""
        return []


class NoGate:
    """Lets every call through: a breaker waits by a clock that does not travel in time."""

    def enter(self, passage: Passage) -> None:
        """Go."""

    def waits(self, passage: Passage) -> Iterator[float]:
        """At once."""
        self.enter(passage)
        return iter(())

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """Gone."""


def without_queues(app: App) -> App:
    """The same application, for rounds: without anything that workers share through Redis."""
    app.hints = NoHints()  # type: ignore[assignment]  # the queues' place is taken
    app.gate = NoGate()
    app.permits = None
    return app


def work_once(app: App) -> bool:
    """One round over all that is due; whether there was anything."""
    app.read_inbox()
    with app.ledger.read() as tx:
        due = tx.work.due(list(Step), _MOST)
    for step, lead_ids in due.items():
        size = _BATCHES.get(step, _BATCH)
        for start in range(0, len(lead_ids), size):
            app.run(step, lead_ids[start : start + size])
    return bool(due)


def follow_once(app: App) -> bool:
    """The same as the sweep and the jobs do it: whoever's turn it is, and under a cap the best."""
    app.read_inbox()
    with app.ledger.read() as tx:
        due = tx.work.due(list(Step), _MOST, room=tx.calls.room(app.reservation).returned)
    for step, lead_ids in due.items():
        app.follow(step, lead_ids)
    return bool(due)


def settle(app: App, seconds: float = 60.0) -> dict[str, Any]:
    """Work until nothing is on its way, without waiting for what is due later; the status then.

    It gives up after ``seconds``: the status says that something is still on its way.
    """
    end = time.monotonic() + seconds
    while not _is_settled(app) and time.monotonic() < end:
        if not work_once(app):
            time_travel.let_time_pass(app.ledger.engine, time_travel.until_next(app.ledger.engine))
    return app.status()


def _is_settled(app: App) -> bool:
    with app.ledger.read() as tx:
        return tx.views.settled()
