"""A whole installation in one process: the sandbox, a ledger, and a loop in place of the queues."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.app import App, build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.intake import read_lead
from alpha_swarm.domain.states import Priority, Step
from alpha_swarm.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from alpha_swarm.ports.edge import Room
    from alpha_swarm.sandbox.settings import SandboxSettings

LIMITS_OFF = {
    f"{name}_LIMIT{suffix}": "off"
    for name, suffix in (
        ("CLAY", "_ROWS"),
        ("CLAY", "_ENRICH"),
        ("CLAY", "_UPDATES"),
        ("CLAY", "_EXPORTS"),
        ("GHL", ""),
        ("INSTANTLY", ""),
    )
}


class Loop:
    """Hints that go nowhere: the loop looks at the ledger itself, as the sweep does."""

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """Nothing: what is owed stands in the ledger."""

    def inbox(self) -> None:
        """Nothing."""

    def depths(self) -> dict[str, int]:
        """No queues."""
        return {}

    def rooms(self) -> Sequence[Room]:
        """No queues."""
        return []


class World:
    """One installation against one sandbox."""

    def __init__(self, url: str, app: App) -> None:
        self.url = url
        self.app = app
        app.hints = Loop()  # type: ignore[assignment]  # the queues' place is taken

    def take(self, leads: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
        """Leads through the scraper's door; their ids."""
        inputs = [read_lead(lead, now=now) for lead in leads]
        taken = self.app.receive.take(inputs, priority=Priority.NORMAL, door="test")
        return [one.lead_id for one in taken]

    def settle(self, seconds: float = 60.0) -> dict[str, Any]:
        """Work until nothing is on its way; the status then."""
        end = time.monotonic() + seconds
        while not (status := self.app.status())["settled"]:
            assert time.monotonic() < end, f"not settled in {seconds} s: {status}"
            if not self.step():
                time.sleep(0.05)
        return status

    def step(self) -> bool:
        """One round over all that is due; whether there was anything."""
        self.app.read_inbox()
        with self.app.ledger.begin() as tx:
            due = tx.work.due(list(Step), 500, stale_after=0.0)
        batches = {Step.INGEST: 50, Step.ENRICH: 25}
        for step, lead_ids in due.items():
            size = batches.get(step, 100)
            for start in range(0, len(lead_ids), size):
                self.app.run(step, lead_ids[start : start + size])
        return bool(due)

    def sandbox_ledger(self) -> dict[str, Any]:
        """What the other side counted."""
        answer: dict[str, Any] = requests.get(f"{self.url}/_sandbox/ledger?detail=1", timeout=10).json()  # noqa: TID251 - the test's own client
        return answer

    def fault(self, **fault: Any) -> None:
        """Arm a fault of the sandbox."""
        requests.post(f"{self.url}/_sandbox/faults", json=fault, timeout=10).raise_for_status()  # noqa: TID251


@contextmanager
def world(home: Path, sandbox: SandboxSettings, database_url: str, **environ: str) -> Iterator[World]:
    """A running sandbox and an application on a ledger of its own."""
    with running(sandbox) as url:
        settings = load_settings(_environment(home, url, database_url) | LIMITS_OFF | environ, None)
        app = build(settings, holder="test")
        try:
            yield World(url, app)
        finally:
            app.close()


def _environment(home: Path, url: str, database_url: str) -> dict[str, str]:
    return {
        "ALPHA_SWARM_HOME": str(home),
        "ALPHA_SWARM_KEY": "a key for tests, long enough",
        "DATABASE_URL": database_url,
        "CLAY_API_KEY": "clay",
        "CLAY_API_BASE_URL": f"{url}/clay/v1",
        "CLAY_RESULTS": "poll",
        "CLAY_POLL_AFTER": "0.2",
        "SYNC_TARGETS": "ghl,instantly",
        "GHL_API_BASE_URL": f"{url}/ghl",
        "GHL_API_KEY": "ghl",
        "GHL_LOCATION_ID": "loc",
        "INSTANTLY_API_BASE_URL": f"{url}/instantly",
        "INSTANTLY_API_KEY": "instantly",
        "INSTANTLY_CAMPAIGN_ID": "3f0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c11",
    }
