"""The workspace: tables, credits, webhooks, and enrichments that end after their time."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.credits import Credits
from alpha_swarm.sandbox.clay.enrichment import Chance, Finding, find
from alpha_swarm.sandbox.clay.errors import timestamp, unknown
from alpha_swarm.sandbox.clay.persona import PhoneBook
from alpha_swarm.sandbox.clay.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.sandbox.clay.tables import Row, Table
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

#: What an enrichment starts from: a table that updates itself runs a row again when one of these changes.
_INPUTS = frozenset({"linkedin_url", "email", "first_name", "last_name", "company_name", "company_domain"})
_UNFINISHED = frozenset({"pending", "in_progress"})


class Workspace:
    """Everything that one Clay API key sees."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._auto_update = settings.auto_update
        self.chance = Chance(settings.seed, settings.enrich_seconds, PhoneBook())
        self.log = log
        self.tables: dict[str, Table] = {}
        self.credits = Credits(settings.credits_available, settings.credits_reset_seconds)
        self.webhooks = Webhooks(settings, log)

    def table(self, table_id: str) -> Table:
        """The table, or a 404."""
        table = self.tables.get(table_id)
        if table is None:
            raise unknown("table")
        return table

    def enrich(self, table: Table, rows: list[Row], now: float) -> None:
        """Charge for every row named and start their waterfalls; refuses them all when credits are short."""
        findings = [find(self.chance, table, row) for row in rows]
        self.credits.charge(sum(finding.credits for finding in findings), now)
        self.log.record("clay", "enrich_accepted")
        loop = asyncio.get_running_loop()
        for row, finding in zip(rows, findings, strict=True):
            self.log.record("clay", "charge", row.id, finding.credits)
            row.run += 1
            row.credits += finding.credits
            table.change(row, {"enrichment_status": "in_progress"}, now)
            loop.call_later(finding.seconds, self._finish, table, row, row.run, finding)

    def updated(self, table: Table, row: Row, changed: Collection[str], now: float) -> None:
        """What auto-update makes of a client's update: another paid run, or the row's webhook once more."""
        if not self._auto_update:
            return
        if row.run and not _INPUTS.isdisjoint(changed):
            self.enrich(table, [row], now)
        elif row.fields["enrichment_status"] not in _UNFINISHED:
            self.webhooks.announce(row, now)

    def reset(self) -> None:
        """Empty the workspace; enrichments under way end without a trace."""
        self.tables.clear()
        self.credits.reset()
        self.webhooks.reset()
        self.chance.phone_book.reset()

    def _finish(self, table: Table, row: Row, run: int, finding: Finding) -> None:
        gone = self.tables.get(table.id) is not table or row.id not in table.rows
        if gone or row.run != run:
            return
        now = time.time()
        table.change(row, _result(finding, now), now)
        self.webhooks.announce(row, now)


def _result(finding: Finding, now: float) -> dict[str, Any]:
    moment = timestamp(now)
    used = [
        {"name": name, "fields_enriched": fields, "timestamp": moment}
        for name, fields in finding.providers.items()
    ]
    return finding.values | {
        "enrichment_status": finding.status,
        "enriched_at": moment,
        "credits_used": finding.credits,
        "providers_used": used,
        "error": finding.error,
    }
