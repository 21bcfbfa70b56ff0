"""Two workers on a real SQLite ledger, with Clay and one CRM in memory."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alpha_swarm.app import App
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.states import Priority, Target
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.proof import rounds, time_travel
from tests.integration.world import NOW, person
from tests.properties.memory_crm import MemoryCrm
from tests.properties.other_side import MemoryEnricher, OtherSide

if TYPE_CHECKING:
    from collections.abc import Iterable


class Books(NamedTuple):
    """Leads that are there, that a door took in, that are on their way with nothing owed; credits."""

    leads: int
    accepted: int
    idle: int
    spent: float
    reserved: float


_BOOKS = """
SELECT (SELECT count(*) FROM leads),
       (SELECT sum(accepted) FROM intakes),
       (SELECT count(*) FROM leads WHERE state NOT IN ('synced', 'unenrichable', 'dead')
           AND id NOT IN (SELECT lead_id FROM work)),
       (SELECT coalesce(sum(credits_spent), 0) FROM budget WHERE scope LIKE 'day:%'),
       (SELECT coalesce(sum(credits_reserved), 0) FROM budget WHERE scope LIKE 'day:%')
"""


#: Leads that were given up as poison before there was a result.
_POISON = """
SELECT DISTINCT lead_id FROM dead_letters
WHERE kind = 'poison' AND step IN ('enrich', 'collect') AND resolved_at IS NULL
"""
_UNSETTLED = """
SELECT lead_id, sum(credits_reserved) FROM call_leads
WHERE credits_reserved > 0 AND credits_spent IS NULL AND state != 'failed' GROUP BY lead_id
"""


class PassingClock(SystemClock):
    """The workers' own clock, which goes on with the time that is made to pass."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        """Seconds, those that passed at once included."""
        return super().monotonic() + self.passed


class Installation:
    """The same ledger in the hands of several workers."""

    def __init__(self, workers: int = 2) -> None:
        self._open = ExitStack()
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        self._path = folder / "ledger.db"
        shutil.copy(template(), self._path)
        self.other = OtherSide()
        self.clock = PassingClock()
        self.workers = [self._worker(folder, number) for number in range(workers)]
        self.accepted: list[str] = []

    def start_anew(self) -> None:
        """An empty ledger and an empty other side; what was compiled stays, which saves most of the time."""
        for app in self.workers:
            app.ledger.close()
        for path in self._path.parent.glob("ledger.db*"):
            path.unlink()
        shutil.copy(template(), self._path)
        self.other.forget()
        self.accepted.clear()

    def take(self, names: Iterable[str]) -> list[str]:
        """People through the door; their ids."""
        inputs = [read_lead(person(name), now=NOW) for name in names]
        taken = self.workers[0].receive.take(inputs, priority=Priority.NORMAL, door="test")
        self.accepted += [one.lead_id for one in taken if not one.duplicate]
        return [one.lead_id for one in taken]

    def let_time_pass(self, seconds: float) -> None:
        """For the ledger, for the workers and for the other side."""
        self.other.time_passes()
        self.clock.passed += seconds
        time_travel.let_time_pass(self.workers[0].ledger.engine, seconds)

    def settle(self, seconds: float = 30.0) -> dict[str, Any]:
        """No more trouble; to the end, also for those who died only of bad luck."""
        self.other.troubles.clear()
        self.other.calm = True
        for _ in range(2):
            self.let_time_pass(400.0)
            self.workers[0].replay()
            rounds.settle(self.workers[0], seconds)
        return self.workers[0].status()

    def books(self) -> Books:
        """As they stand, read by nobody's code but SQLite's."""
        return Books(*self._read(_BOOKS)[0])

    def poison(self) -> set[str]:
        """Leads over which workers died, and whose results nobody has."""
        return {lead_id for (lead_id,) in self._read(_POISON)}

    def unsettled(self) -> dict[str, float]:
        """Lead id → credits that are reserved for its calls, and neither spent nor given back."""
        return dict(self._read(_UNSETTLED))

    def enricher(self, worker: int) -> MemoryEnricher:
        """The worker's connection to Clay."""
        found: MemoryEnricher = vars(self.workers[worker])["enricher"]
        return found

    def deals(self, lead_ids: Iterable[str]) -> dict[str, str | None]:
        """Lead id → the deal that the ledger remembers."""
        with self.workers[0].ledger.read() as tx:
            return {key: one.id for key, one in tx.syncs.deals(Target.GHL, list(lead_ids)).items()}

    def close(self) -> None:
        """Give everything back."""
        for app in self.workers:
            app.close()
        self._open.close()

    def _read(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self._path)) as file:
            return file.execute(query).fetchall()

    def _worker(self, folder: Path, number: int) -> App:
        app = App(load_settings(_environ(folder), dotenv=None), holder=f"worker-{number}")
        app.clock = self.clock
        vars(app)["enricher"] = MemoryEnricher(self.other)
        vars(app)["crms"] = {Target.GHL: MemoryCrm(self.other)}
        return rounds.without_queues(app)


@cache
def template() -> Path:
    """An SQLite ledger of the newest shape, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="alpha-swarm-properties-")) / "ledger.db"
    migrate(f"sqlite:///{path}")
    return path


#: Everybody has an owner and a deal.
_RULES = """
rules:
  - name: everybody
    then: {targets: [ghl], owner: rep@sales.example, deal: {ghl: {name: "{company_name}"}}}
"""


def _environ(folder: Path) -> dict[str, str]:
    rules = folder / "rules.yaml"
    rules.write_text(_RULES, encoding="utf-8")
    return {
        "ROUTING_FILE": str(rules),
        "ALPHA_SWARM_HOME": str(folder),
        "ALPHA_SWARM_KEY": "a key for tests, long enough",
        "DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}",
        "CLAY_API_KEY": "clay",
        "CLAY_IN_FLIGHT": "1/1/1",
        "CLAY_RESULTS": "poll",
        "CLAY_POLL_AFTER": "10",
        "SYNC_TARGETS": "ghl",
        "GHL_API_KEY": "ghl",
        "GHL_LOCATION_ID": "loc",
    }
