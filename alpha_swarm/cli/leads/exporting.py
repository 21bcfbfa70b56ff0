"""Writes leads to stdout, one after the other."""

from __future__ import annotations

import csv
import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.opening import opened_app
from alpha_swarm.domain.export_cell import safe_cell
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.withholding import payload_for
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.states import CLOSED, State
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ledger.ledger import SqlLedger

#: Leads in one record of the audit trail.
_A_RECORD = 1000


def write(layout: str, states: Sequence[State]) -> None:
    """All leads in these states, or all but those who objected: an export is a disclosure as well.

    Raises:
        UserError: there is no such format.
    """
    if layout not in _LAYOUTS:
        raise UserError(f"--format must be one of {', '.join(_LAYOUTS)}")
    chosen = states or [state for state in State if state not in CLOSED]
    with opened_app() as app, app.ledger.read() as tx:
        leads = tx.leads.walk(chosen)
        policy = app.policy
        _LAYOUTS[layout](
            payload_for(policy, Party.EXPORT, lead) for lead in _noted(app.ledger, leads, layout)
        )


def _noted(ledger: SqlLedger, leads: Iterator[Lead], layout: str) -> Iterator[Lead]:
    """What goes out stands in the audit trail before."""
    while page := list(islice(leads, _A_RECORD)):
        with ledger.begin() as tx:
            tx.audit.note(AuditKind.EXPORT, what="leads", layout=layout, leads=[lead.id for lead in page])
        yield from page


def _ndjson(payloads: Iterable[dict[str, Any]]) -> None:
    for payload in payloads:
        sys.stdout.write(json.dumps(payload, ensure_ascii=False) + "\n")


def _csv(payloads: Iterable[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    header: list[str] = []
    for payload in payloads:
        if not header:
            header = list(payload)
            writer.writerow(header)
        writer.writerow([_cell(payload[name]) for name in header])


def _cell(value: Any) -> Any:
    """Numbers as they are, lists and objects as JSON, texts so that no spreadsheet runs them."""
    match value:
        case None | int() | float():
            return value
        case str():
            return safe_cell(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


_LAYOUTS: dict[str, Callable[[Iterable[dict[str, Any]]], None]] = {"csv": _csv, "ndjson": _ndjson}
