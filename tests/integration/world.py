"""A whole installation in one process: the sandbox, a ledger, and a loop in place of the queues."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.app import App, build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.states import Priority
from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from alpha_swarm.domain.leads.lead import Lead

NOW = datetime(2026, 1, 16, 8, 30, tzinfo=UTC)
CAMPAIGN = "3f0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c11"
#: What goes wrong is ordered; without idempotency keys whatever is sent twice takes effect twice.
QUIET = SandboxSettings(
    enrich_seconds=(0.0, 0.0),
    limits=False,
    webhook_duplicate=0.0,
    webhook_lost=0.0,
    webhook_partial=0.0,
    webhook_shuffled=False,
    idempotency="ignore",
)
LIMITS_OFF = {
    f"{name}_LIMIT{suffix}": "off"
    for name, suffix in (
        ("CLAY", "_ROWS"),
        ("CLAY", "_ENRICH"),
        ("CLAY", "_UPDATES"),
        ("CLAY", "_EXPORTS"),
        ("GHL", ""),
        ("INSTANTLY", ""),
        ("HUBSPOT", ""),
        ("SALESFORCE", ""),
    )
}


class World:
    """One installation against one sandbox."""

    def __init__(self, url: str, app: App) -> None:
        self.url = url
        self.app = app
        self._session = requests.Session()
        self._session.headers["Authorization"] = "Bearer test"
        rounds.without_queues(app)

    def take(self, leads: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
        """Leads through the scraper's door; their ids."""
        inputs = [read_lead(lead, now=now, policy=self.app.policy) for lead in leads]
        taken = self.app.receive.take(inputs, priority=Priority.NORMAL, door="test")
        return [one.lead_id for one in taken]

    def settle(self, seconds: float = 60.0) -> dict[str, Any]:
        """Work until nothing is on its way, without waiting for what is due later; the status then."""
        status = rounds.settle(self.app, seconds)
        assert status["settled"], f"not settled in {seconds} s: {status}"
        return status

    def work(self) -> dict[str, Any]:
        """Work until nothing more is due; the status then."""
        while self.step():
            pass
        return self.app.status()

    def let_time_pass(self, seconds: float) -> None:
        """As if so much time had gone by."""
        time_travel.let_time_pass(self.app.ledger.engine, seconds)

    def people(self, number: int, prefix: str = "person") -> list[str]:
        """So many new leads through the scraper's door; their ids."""
        return self.take([person(f"{prefix}-{index}") for index in range(number)], NOW)

    def leads(self) -> dict[str, Lead]:
        """All leads by id."""
        with self.app.ledger.read() as tx:
            return {lead.id: lead for lead in tx.leads.walk([])}

    def story(self, lead_id: str) -> list[str]:
        """The kinds of what happened to a lead."""
        with self.app.ledger.read() as tx:
            return [entry["kind"] for entry in tx.views.story(lead_id)]

    def deaths(self, lead_id: str) -> list[dict[str, Any]]:
        """A lead's open dead letters."""
        with self.app.ledger.read() as tx:
            return tx.views.deaths(lead_id)

    def rows(self) -> list[dict[str, Any]]:
        """All rows of the other side, whole."""
        tables = {row["table_id"] for row in self.sandbox_ledger()["clay"]["row_list"]}
        pages = (self._clay("POST", f"/tables/{table_id}/export", {"limit": 5000}) for table_id in tables)
        return [row for page in pages for row in page["rows"]]

    def delete_row(self, row: Mapping[str, Any]) -> None:
        """Somebody removes a row by hand."""
        self._clay("DELETE", f"/tables/{row['table_id']}/rows/{row['id']}")

    def webhook(self, row: Mapping[str, Any], columns: Sequence[str] | None = None) -> bytes:
        """What the other side would send for a finished row; with only some columns if named."""
        data = {name: row[name] for name in columns if name in row} if columns is not None else dict(row)
        failed = row["enrichment_status"] == "failed"
        envelope = {
            "event": "row.enrichment_failed" if failed else "row.enriched",
            "timestamp": NOW.isoformat(),
            "table_id": row["table_id"],
            "row_id": row["id"],
            "data": data,
        }
        return json.dumps(envelope).encode()

    def _clay(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the test's own to the other side."""
        answer = self._session.request(method, f"{self.url}/clay/v1{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def step(self) -> bool:
        """One round over all that is due; whether there was anything."""
        return rounds.work_once(self.app)

    def sandbox_ledger(self) -> dict[str, Any]:
        """What the other side counted."""
        answer: dict[str, Any] = self._session.get(f"{self.url}/_sandbox/ledger?detail=1", timeout=60).json()
        return answer

    def fault(self, **fault: Any) -> None:
        """Arm a fault of the sandbox."""
        self._session.post(f"{self.url}/_sandbox/faults", json=fault, timeout=60).raise_for_status()

    def faults(self) -> list[dict[str, Any]]:
        """Every fault that is armed, with how often it has `fired`."""
        answer: dict[str, Any] = self._session.get(f"{self.url}/_sandbox/faults", timeout=60).json()
        found: list[dict[str, Any]] = answer["faults"]
        return found

    def mend(self) -> None:
        """Remove all faults."""
        self._session.delete(f"{self.url}/_sandbox/faults", timeout=60).raise_for_status()

    def close(self) -> None:
        """Give back what is open."""
        self._session.close()
        self.app.close()


@contextmanager
def world(home: Path, sandbox: SandboxSettings, database_url: str, **environ: str) -> Iterator[World]:
    """A running sandbox and an application on a ledger of its own."""
    with running(sandbox) as url, installed(home, url, database_url, **environ) as one:
        yield one


@contextmanager
def installed(home: Path, url: str, database_url: str, **environ: str) -> Iterator[World]:
    """An application against a sandbox that runs at ``url``; in ``environ`` the holder as ``HOLDER``."""
    holder = environ.pop("HOLDER", "test")
    settings = load_settings(environment(home, url, database_url) | environ, None)
    one = World(url, build(settings, holder=holder))
    try:
        yield one
    finally:
        one.close()


def person(name: str, **more: Any) -> dict[str, Any]:
    """A scraped lead."""
    return {
        "linkedin_url": f"https://www.linkedin.com/in/{name}",
        "first_name": name.title(),
        "source_type": "post_liker",
        "source_name": "Rival",
        "scraped_at": "2026-01-15T10:00:00Z",
        **more,
    }


def environment(home: Path, url: str, database_url: str) -> dict[str, str]:
    """Of an installation; with two CRMs, and what the others need."""
    # With TEST_ENCRYPTION_KEYS set whatever is tried here is tried on sealed values.
    sealed = {"ENCRYPTION_KEYS": keys} if (keys := os.environ.get("TEST_ENCRYPTION_KEYS")) else {}
    return {
        **LIMITS_OFF,
        **sealed,
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
        "INSTANTLY_CAMPAIGN_ID": CAMPAIGN,
        "HUBSPOT_API_BASE_URL": f"{url}/hubspot",
        "HUBSPOT_ACCESS_TOKEN": "hubspot",
        "SALESFORCE_INSTANCE_URL": f"{url}/salesforce",
        "SALESFORCE_ACCESS_TOKEN": "salesforce",
    }
