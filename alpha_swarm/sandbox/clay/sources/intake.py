"""Records that were let in: counted, dropped, deleted as duplicates, or kept as rows and run."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from alpha_swarm.sandbox.clay.sources.door import records_of
from alpha_swarm.sandbox.clay.sources.errors import refusal
from alpha_swarm.sandbox.clay.sources.tables import SourceRow
from alpha_swarm.sandbox.exchange import Call, Refusal, Reply

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.sources.pace import Pace
    from alpha_swarm.sandbox.clay.sources.runs import Runs
    from alpha_swarm.sandbox.clay.sources.setup import Setup
    from alpha_swarm.sandbox.clay.sources.source import Source
    from alpha_swarm.sandbox.log import Log

_ANSWERS = (Reply(200, {"success": True}), Reply(200, "OK", media_type="text/plain"))


class Intake:
    """Takes the records of a call into the source's table."""

    def __init__(self, setup: Setup, pace: Pace, runs: Runs, log: Log) -> None:
        self._setup = setup
        self._pace = pace
        self._runs = runs
        self._log = log
        self.reset()

    def submit(self, call: Call) -> Reply:
        """200 says that the records came, not that they became rows; its body says nothing at all."""
        source, records = self._setup.sources[call.path["slug"]], records_of(call.body)
        try:
            self._pace.ask(len(records))
            self._refuse_excess(source, len(records))
        except Refusal as refused:
            source.refused[refused.reply.status] += 1
            raise
        self._pace.count(len(records), call.now)
        for record in records:
            self._take(source, record)
        return next(self._answers)

    def reset(self) -> None:
        """Number rows and choose answers as at the start."""
        self._row_numbers = itertools.count(1)
        self._answers = itertools.cycle(_ANSWERS)

    def _refuse_excess(self, source: Source, records: int) -> None:
        """Where excess is an error, all records of a call are taken or none."""
        table = self._setup.table(source.order.table)
        if source.order.excess == "error" and records > source.room():
            raise refusal(403, "Webhook submission limit reached")
        if table.order.excess == "error" and records > table.room():
            raise refusal(403, "Table row limit reached")

    def _take(self, source: Source, record: dict[str, Any]) -> None:
        table, request_id = self._setup.table(source.order.table), _text(record, "request_id")
        source.received += 1
        if not source.room():
            self._lose(source, "limit", request_id)
            return
        source.used += 1
        if not table.room():
            self._lose(source, "table_full", request_id)
            return
        row = self._row(source, record)
        if not table.add(row, record):
            self._lose(source, "duplicate", request_id)
            return
        source.rows += 1
        self._log.record("clay", "row_added", row.lead_key)
        self._runs.start(table, row, {**record, "id": row.id})

    def _row(self, source: Source, record: dict[str, Any]) -> SourceRow:
        return SourceRow(
            id=f"r_{next(self._row_numbers)}",
            source=source.order.slug,
            table=source.order.table,
            request_id=_text(record, "request_id"),
            lead_key=_text(record, "lead_key"),
            payload=to_json(record),
        )

    def _lose(self, source: Source, cause: str, request_id: str) -> None:
        source.lost[cause].append(request_id)
        self._log.record("clay", f"record_{cause}", request_id)


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value)
