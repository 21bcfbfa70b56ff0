"""One process on a ledger whose clock is moved, and people whose results are always the same."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sqlalchemy import event

from alpha_swarm.domain.states import EnrichmentStatus
from tests.moved_clock import MovedClock
from tests.properties.installation import Installation
from tests.properties.other_side import CREDITS
from tests.properties.rights_model import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alpha_swarm.app import App
    from alpha_swarm.domain.leads.enrichment import RowResult


class Crash(BaseException):
    """The process ends here."""


def profile(who: int) -> str:
    """By this everybody is known sooner or later."""
    return f"linkedin:zyxquill-{who:04}"


def private(who: int) -> str:
    """The address that a door gives."""
    return f"email:zyxquill.{who}@home.example"


def at_work(who: int) -> str:
    """The address that a result gives."""
    return f"email:zyxquill.{who}@works.example"


def phone(who: int) -> str:
    """The same."""
    return f"phone:+1{4155550100 + who}"


#: What comes of each way to arrive: identity first.
WAYS: dict[str, Callable[[int], list[str]]] = {
    "by profile": lambda who: [profile(who)],
    "by both": lambda who: [profile(who), private(who)],
    "by e-mail": lambda who: [private(who)],
    "by the address at work": lambda who: [at_work(who)],
    "with a shared mailbox": lambda who: [profile(who), SHARED],
}


class Office(Installation):
    """One process on a ledger whose clock is moved; each person's results are always the same."""

    def __init__(self) -> None:
        super().__init__(workers=1)
        self.found: dict[str, int] = {}
        self.moved = MovedClock()
        self.moved.rule(self.app.ledger.engine)
        event.listen(self.app.ledger.engine, "connect", _hurry)

    @property
    def app(self) -> App:
        """The process."""
        return self.workers[0]

    def anew(self) -> None:
        """As on the first day."""
        self.start_anew()
        (self._path.parent / "suppressions").unlink(missing_ok=True)
        self.set_anchors_aside()
        self.found.clear()
        self.other.find = self._find
        self.other.called = lambda email: f"contact-{crc32(email.encode())}"
        self.restart()

    def restart(self) -> None:
        """Another process; only SQLAlchemy keeps the statements that it has compiled."""
        engine = self.app.ledger.engine
        self.app.close()
        self.workers = [self._worker(self._path.parent, 0)]
        self.app.clock = self.moved
        self.app.ledger.engine = engine

    def set_anchors_aside(self) -> None:
        """As whoever puts back a copy has to."""
        (self._path.parent / "audit-anchors").unlink(missing_ok=True)

    def pass_time(self, seconds: float) -> None:
        """For all."""
        self.other.time_passes()
        self.moved.move(seconds)

    def _find(self, row: RowResult) -> RowResult:
        who = self.found.get(str(row.lead_id))
        if who is None:
            return replace(row, status=EnrichmentStatus.FAILED, credits_used=CREDITS, error="nobody")
        values = {"email_work": at_work(who)[6:], "phone": phone(who)[6:], "company_size": 250}
        status = EnrichmentStatus.COMPLETED
        return replace(row, status=status, values={**row.values, **values}, credits_used=CREDITS)


def _hurry(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@cache
def office() -> Office:
    """One for all histories: what was compiled stays, which saves most of the time."""
    return Office()


@contextmanager
def crash_at(app: App, commit: int | None) -> Iterator[None]:
    """The process ends right before its commit with this number, from 1."""
    seen: list[int] = []

    def count(_connection: object) -> None:
        seen.append(1)
        if len(seen) == commit:
            raise Crash

    event.listen(app.ledger.engine, "commit", count)
    try:
        yield
    finally:
        with suppress(Exception):
            event.remove(app.ledger.engine, "commit", count)
