"""Runs of a row's enrichment columns: begun by themselves, paid for, ended after their time."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.columns import parse_column
from alpha_swarm.sandbox.clay.enrichment import Finding, find
from alpha_swarm.sandbox.clay.persona import key_of
from alpha_swarm.sandbox.clay.sources.column import Result
from alpha_swarm.sandbox.clay.tables import Row, Table
from alpha_swarm.sandbox.exchange import Refusal

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.sources.column import Column
    from alpha_swarm.sandbox.clay.sources.tables import SourceRow, SourceTable
    from alpha_swarm.sandbox.clay.workspace import Workspace

_BEGUN_A_SECOND = 2000
_TYPES = {
    "email_work": "email",
    "email_personal": "email",
    "phone": "phone",
    "title": "text",
    "company_domain": "url",
    "company_industry": "text",
    "company_size": "number",
    "company_revenue": "text",
    "company_location": "text",
    "tech_stack": "list",
    "funding_stage": "text",
    "funding_amount": "text",
    "linkedin_headline": "text",
    "linkedin_summary": "text",
    "linkedin_connections": "number",
}
_COLUMNS = {name: parse_column({"name": name, "type": kind}) for name, kind in _TYPES.items()}
#: What the waterfalls fill in every table behind a source.
_ENRICHED = Table("", "", _COLUMNS, {})


class Runs:
    """Starts runs and hands their results to the column."""

    def __init__(self, workspace: Workspace, column: Column) -> None:
        self._workspace = workspace
        self._column = column
        self._by_person: Counter[str] = Counter()

    def start(self, table: SourceTable, row: SourceRow, fields: dict[str, Any]) -> None:
        """Run the row's columns, unless the table's settings or the credits forbid it."""
        if not table.order.auto_run:
            row.cell = "TABLE_AUTO_RUN_OFF"
            return
        if self._condition_is_false(table, fields):
            row.cell = "empty"
            return
        finding = find(self._workspace.chance, _ENRICHED, Row(fields, 0.0))
        try:
            self._workspace.credits.charge(finding.credits, time.time())
        except Refusal:
            row.cell = "ERROR_OUT_OF_CREDITS"
            return
        self._charge(table, row, finding)
        person = key_of(fields)
        self._by_person[person] += 1
        values = fields | _changed(finding, row.runs)
        result = Result(table, row, values, f"{person}/{self._by_person[person]}")
        asyncio.get_running_loop().call_later(finding.seconds, self._finish, result, finding)

    def again(self, table: SourceTable) -> int:
        """Run every row once more, as auto-update does when a column was changed; tells how many.

        They begin one after the other, so that the sandbox answers meanwhile.
        """
        rows, loop = [row for row in table.rows if row.here], asyncio.get_running_loop()
        for place, row in enumerate(rows):
            loop.call_later(place / _BEGUN_A_SECOND, self._start_again, table, row)
        return len(rows)

    def reset(self) -> None:
        """Forget how often each person was looked for."""
        self._by_person.clear()

    def _start_again(self, table: SourceTable, row: SourceRow) -> None:
        if row.here:
            self.start(table, row, row.fields())

    def _condition_is_false(self, table: SourceTable, fields: dict[str, Any]) -> bool:
        share = table.order.condition_false
        if not share:
            return False
        return random.Random(f"{self._workspace.chance.seed}/condition/{key_of(fields)}").random() < share

    def _charge(self, table: SourceTable, row: SourceRow, finding: Finding) -> None:
        log, actions = self._workspace.log, table.order.actions
        log.record("clay", "charge", row.id, finding.credits)
        log.record("clay", "action", row.request_id, actions)
        row.cell = "running"
        row.runs += 1
        row.credits += finding.credits
        row.actions += actions

    def _finish(self, result: Result, finding: Finding) -> None:
        if not result.row.here:
            return
        if finding.status in result.table.order.refunded:
            self._refund(result, finding)
        result.row.cell = "calling"
        self._column.call(result)

    def _refund(self, result: Result, finding: Finding) -> None:
        row, actions = result.row, result.table.order.actions
        self._workspace.credits.charge(-finding.credits, time.time())
        self._workspace.log.record("clay", "refund", row.id, finding.credits)
        row.credits_refunded += finding.credits
        row.actions_refunded += actions


def _changed(finding: Finding, run: int) -> dict[str, Any]:
    """What was found; a later run finds the firm a little larger and the title a little longer."""
    suppliers = [name for name, columns in finding.providers.items() if "email_work" in columns]
    values = finding.values | {"provider_email": suppliers[0] if suppliers else None}
    if run > 1 and isinstance(values.get("company_size"), int):
        values["company_size"] += run - 1
    if run > 1 and isinstance(values.get("title"), str):
        values["title"] = f"{values['title']}, {run}"
    return values
