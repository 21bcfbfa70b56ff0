"""The sources' part of the sandbox's ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alpha_swarm.sandbox.clay.sources.pace import Pace
    from alpha_swarm.sandbox.clay.sources.setup import Setup
    from alpha_swarm.sandbox.clay.sources.source import Source
    from alpha_swarm.sandbox.clay.sources.tables import SourceRow
    from alpha_swarm.sandbox.log import Log

_CALLBACKS = ("sent", "delivered", "failed", "doubled", "lost", "late", "reordered", "forged")
_SUMMED = (
    "runs",
    "credits",
    "actions",
    "credits_refunded",
    "actions_refunded",
    "calls",
    "delivered",
    "lost",
    "failed",
)


def books(setup: Setup, pace: Pace, log: Log, *, detail: bool) -> dict[str, Any]:
    """What came, what became of it, what it cost and what was called back."""
    rows = list(_rows(setup))
    runs = _runs(setup, rows)
    sums: dict[str, Any] = {
        "records": sum(source.received for source in setup.sources.values()),
        **pace.books(),
        "rows": sum(table.size for table in setup.tables.values()),
        "runs": sum(row.runs for row in rows),
        "credits": sum(row.credits for row in rows),
        "actions": sum(row.actions for row in rows),
        "credits_refunded": sum(row.credits_refunded for row in rows),
        "actions_refunded": sum(row.actions_refunded for row in rows),
        "cells": _cells(rows),
        "requests": len(runs),
        "requests_paid_twice": sum(count > 1 for count in runs.values()),
        "callbacks": {
            "calls": sum(row.calls for row in rows),
            **{name: log.count("clay", f"callback_{name}") for name in _CALLBACKS},
        },
        "by_source": {slug: _source(source) for slug, source in setup.sources.items()},
        "by_table": {
            name: {"rows": table.size, "limit": table.order.limit} for name, table in setup.tables.items()
        },
    }
    if detail:
        sums["request_list"] = [request.listed() for request in _by_request(setup).values()]
    return sums


def row_list(setup: Setup) -> list[dict[str, Any]]:
    """The rows in the form in which the REST API's are listed, as far as they go; deleted ones too."""
    return [
        {
            "row_id": row.id,
            "table_id": row.table,
            "lead_id": row.lead_key,
            "request_id": row.request_id,
            "source": row.source,
            "cell": row.cell,
            "deleted": not row.here,
            "enrich_count": row.runs,
            "credits": row.credits,
            "actions": row.actions,
            "written": [],
        }
        for row in _rows(setup)
    ]


@dataclass(slots=True)
class _Request:
    """All rows of one request id, and the records under it that became none."""

    request_id: str
    lead_key: str = ""
    sources: set[str] = field(default_factory=set)
    rows: int = 0
    without_row: list[str] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_SUMMED, 0))

    def add(self, row: SourceRow) -> None:
        self.lead_key = row.lead_key
        self.sources.add(row.source)
        self.rows += 1
        for name in _SUMMED:
            self.sums[name] += getattr(row, name)

    def listed(self) -> dict[str, Any]:
        return {
            "request_id": self.request_id,
            "lead_key": self.lead_key,
            "sources": sorted(self.sources),
            "rows": self.rows,
            "without_row": self.without_row,
            **self.sums,
        }


def _runs(setup: Setup, rows: Iterable[SourceRow]) -> Counter[str]:
    """How often each request id ran; those without a row stand there too."""
    runs: Counter[str] = Counter()
    for row in rows:
        runs[row.request_id] += row.runs
    for source in setup.sources.values():
        for request_ids in source.lost.values():
            runs.update(dict.fromkeys(request_ids, 0))
    return runs


class _Requests(defaultdict[str, _Request]):
    def __missing__(self, request_id: str) -> _Request:
        self[request_id] = _Request(request_id)
        return self[request_id]


def _by_request(setup: Setup) -> _Requests:
    requests = _Requests()
    for row in _rows(setup):
        requests[row.request_id].add(row)
    for source in setup.sources.values():
        for cause, request_ids in source.lost.items():
            for request_id in request_ids:
                requests[request_id].sources.add(source.order.slug)
                requests[request_id].without_row.append(cause)
    return requests


def _rows(setup: Setup) -> Iterator[SourceRow]:
    for table in setup.tables.values():
        yield from table.rows


def _cells(rows: Iterable[SourceRow]) -> dict[str, int]:
    return dict(Counter(row.cell for row in rows))


def _source(source: Source) -> dict[str, Any]:
    dropped = {cause: len(request_ids) for cause, request_ids in source.lost.items()}
    return {
        "table": source.order.table,
        "limit": source.order.limit,
        "used": source.used,
        "records": source.received,
        "rows": source.rows,
        "dropped": dropped,
        "refused": {str(status): count for status, count in sorted(source.refused.items())},
    }
