"""From leads to a routine's items, and from its items to what the pipeline knows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from alpha_swarm.connectors.clay.flat import decode_row
from alpha_swarm.connectors.text import storable
from alpha_swarm.domain.leads.enrichment import RowResult
from alpha_swarm.domain.leads.requests import lead_of, request_id
from alpha_swarm.domain.results.columns import row_fields
from alpha_swarm.domain.states import EnrichmentStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.connectors.clay.routines_schemas import Item
    from alpha_swarm.domain.leads.lead import Lead

_BATCH = "batch:"
#: What a person is found by; where and how they were met is no business of the routine's.
_INPUTS = ("linkedin_url", "email", "first_name", "last_name", "company_name", "company_domain")
_STATUSES = {
    "complete": EnrichmentStatus.COMPLETED,
    "failed": EnrichmentStatus.FAILED,
    "in_progress": EnrichmentStatus.IN_PROGRESS,
}
#: One word as programs write it: whatever else stands in place of a status may name a person.
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", re.ASCII)
_LONGEST_ERROR = 200


class RunName(NamedTuple):
    """A run as row ids carry it: results of files are asked for elsewhere."""

    id: str
    batch: bool = False

    def __str__(self) -> str:
        return f"{_BATCH}{self.id}" if self.batch else self.id


def row_id(run: RunName, request: str) -> str:
    """What the pipeline holds of an item that was accepted."""
    return f"{run}/{request}"


def run_of(row: str) -> tuple[RunName, str]:
    """The run and the request id within a row id."""
    run, _, request = row.rpartition("/")
    return RunName(run.removeprefix(_BATCH), run.startswith(_BATCH)), request


def item_of(lead: Lead) -> dict[str, Any]:
    """The item that goes out for a lead, without blanks."""
    fields = row_fields(lead)
    return {"id": request_id(lead), "inputs": {name: fields[name] for name in _INPUTS if name in fields}}


def result_of(row: str, item: Item) -> RowResult:
    """What became of an item; an end that nobody knows is a failure, never a person without data."""
    status = _STATUSES.get(item.status)
    if status is None:
        return failed(row, unknown_status(item.status))
    if status is EnrichmentStatus.FAILED:
        message = item.error.message if item.error else ""
        return failed(row, storable(message)[:_LONGEST_ERROR])
    return _found(row, status, item.result or {})


def _found(row: str, status: EnrichmentStatus, result: Mapping[str, Any]) -> RowResult:
    """A routine's result has the names that its owner gave it, as a table's columns have."""
    flat = decode_row({**result, "request_id": run_of(row)[1]})
    return _row(row, status) if flat is None else replace(flat.result, row_id=row, status=status)


def failed(row: str, error: str) -> RowResult:
    """A row that came to nothing."""
    return _row(row, EnrichmentStatus.FAILED, error or None)


def running(row: str) -> RowResult:
    """A row that is still being worked on."""
    return _row(row, EnrichmentStatus.IN_PROGRESS)


def unknown_status(status: str) -> str:
    """For the story: the word itself, if it is one."""
    return f"clay named a status that is not known: {status if _WORD.fullmatch(status) else 'unreadable'}"


def _row(row: str, status: EnrichmentStatus, error: str | None = None) -> RowResult:
    _, request = run_of(row)
    return RowResult(row_id=row, lead_id=lead_of(request), status=status, error=error, values={})
