"""The life of a few leads whose jobs may fail at any statement, as the queue's workers take it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.app import App, build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.states import Priority, State, Step
from alpha_swarm.proof import time_travel
from alpha_swarm.proof.books import audit
from alpha_swarm.proof.databases.given_up import given_up
from alpha_swarm.proof.rounds import without_queues
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from alpha_swarm.domain.leads.lead import LeadInput
    from alpha_swarm.supervision.stage import Stage

#: Answers at once, charges again for each call, and forgets every idempotency key.
SANDBOX = ("--no-limits", "--set", "enrich_seconds=[0,0]", "--set", "idempotency=ignore")
#: Ours; results are asked for.
ENVIRON = {
    **{
        f"{name}_LIMIT{suffix}": "off"
        for name, suffix in (
            ("CLAY", "_ROWS"),
            ("CLAY", "_ENRICH"),
            ("CLAY", "_UPDATES"),
            ("CLAY", "_EXPORTS"),
            ("GHL", ""),
            ("INSTANTLY", ""),
        )
    },
    "CLAY_RESULTS": "poll",
    "CLAY_POLL_AFTER": "0.2",
}
_MOST = 500
#: On the wall clock: most lives take three, more on a machine that has much else to do.
_LONGEST_SECONDS = 60.0


class Life:
    """An application that meets faults, and another one on the same ledger that looks on and meets none."""

    def __init__(self, stage: Stage, url: str, accepted: Collection[str] = ()) -> None:
        settings = load_settings({**stage.environ, "DATABASE_URL": url}, dotenv=None)
        self._stage = stage
        self.app = without_queues(build(settings, holder="worker"))
        self._observer = without_queues(App(settings, "observer"))
        self.accepted = list(accepted)

    def take(self, leads: Sequence[LeadInput]) -> None:
        """A door's caller who got an error brings the same batch again."""
        end = time.monotonic() + _LONGEST_SECONDS
        while time.monotonic() < end:
            taken = _attempt(lambda: self.app.receive.take(leads, priority=Priority.NORMAL, door="proof"))
            if taken is not None:
                self.accepted += [one.lead_id for one in taken]
                return

    def settle(self) -> None:
        """Round after round until all came to rest, or the time is up."""
        end = time.monotonic() + _LONGEST_SECONDS
        engine = self._observer.ledger.engine
        while not self._observer.status()["settled"] and time.monotonic() < end:
            if not self.round():
                time_travel.let_time_pass(engine, time_travel.until_next(engine))

    def audit(self) -> tuple[Violation, ...]:
        """What was broken, by the other side's log; it refused nobody, so nobody may be given up."""
        found = audit(self._observer, self.accepted, self._stage.ledger(detail=True))
        return (*found, *given_up(self._observer), *self._reserved())

    def _reserved(self) -> Iterator[Violation]:
        reserved = self._observer.status()["credits"]["month"]["reserved"]
        if reserved:
            yield Violation("reserved", "books", f"{reserved} credits for calls that are all settled")

    def unpaid(self) -> set[str]:
        """Leads whose paid call the ledger does not know of."""
        with self._observer.ledger.read() as tx:
            return {lead.id for lead in tx.leads.walk([]) if lead.state in {State.RECEIVED, State.SUBMITTED}}

    def close(self) -> None:
        """Give back what is open."""
        self.app.close()
        self._observer.close()

    def round(self) -> bool:
        """One round, in which each job that fails ends and the next one begins; whether anything was due."""
        _attempt(self.app.beat)
        _attempt(self.app.read_inbox)
        due = _attempt(self._due)
        for step, lead_ids in (due or {}).items():
            _attempt(partial(self.app.run, step, lead_ids))
        return due is None or bool(due)

    def _due(self) -> dict[Step, list[str]]:
        with self.app.ledger.begin() as tx:
            return dict(tx.work.due(list(Step), _MOST))


@contextmanager
def life(stage: Stage, url: str) -> Iterator[Life]:
    """A life on this ledger, against a sandbox that has forgotten the ones before."""
    stage.reset()
    # Ledgers of one template bear one name: what is remembered of the last one says nothing of this.
    for mark in stage.home.glob("pulse-*"):
        mark.unlink()
    with resumed(stage, url, ()) as one:
        yield one


@contextmanager
def resumed(stage: Stage, url: str, accepted: Collection[str]) -> Iterator[Life]:
    """The life of leads that were taken in before."""
    one = Life(stage, url, accepted)
    try:
        yield one
    finally:
        one.close()


def people(number: int, now: datetime, prefix: str = "person") -> list[LeadInput]:
    """So many different leads."""
    return [
        read_lead(
            {
                "linkedin_url": f"https://www.linkedin.com/in/{prefix}-{index}",
                "first_name": "Ada",
                "source_type": "post_liker",
                "source_name": "Rival",
                "scraped_at": "2026-01-15T10:00:00Z",
            },
            now=now,
        )
        for index in range(number)
    ]


def _attempt(act: Callable[[], Any]) -> Any:
    """What the act gives; ``None`` where it failed, as a job fails without ending its worker."""
    try:
        return act()
    except Exception:  # noqa: BLE001 - the worker catches the same
        return None
