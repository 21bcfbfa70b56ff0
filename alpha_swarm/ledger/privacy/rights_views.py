"""Requests as people look at them: ids, systems and figures, nothing of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.rights import rights_leads, rights_requests, rights_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Row

    from alpha_swarm.ledger.session import Session


def latest(session: Session, most: int) -> list[dict[str, Any]]:
    """The latest first."""
    rows = session.rows(select(rights_requests).order_by(rights_requests.c.id.desc()).limit(most))
    return _shown(session, rows)


def find(session: Session, request_id: str) -> dict[str, Any] | None:
    """One, also with the leads that it is about."""
    rows = session.rows(select(rights_requests).where(rights_requests.c.id == request_id))
    if not rows:
        return None
    theirs = select(rights_leads.c.lead_id).where(rights_leads.c.request_id == request_id)
    lead_ids = [row.lead_id for row in session.rows(theirs.order_by(rights_leads.c.lead_id))]
    return {**_shown(session, rows)[0], "lead_ids": lead_ids}


def _shown(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    counted = select(rights_leads.c.request_id, func.count().label("number")).group_by(
        rights_leads.c.request_id
    )
    numbers = {
        row.request_id: row.number
        for row in session.rows(counted.where(among(rights_leads.c.request_id, ids)))
    }
    steps: dict[str, list[dict[str, Any]]] = {one: [] for one in ids}
    query = select(rights_steps).where(among(rights_steps.c.request_id, ids))
    for row in session.rows(query.order_by(rights_steps.c.system)):
        steps[row.request_id].append(_step(row))
    return [
        {
            "request": row.id,
            "right": row.right,
            "why": row.why,
            "asked_at": _moment(row.asked_at),
            "ended_at": _moment(row.ended_at),
            "leads": numbers.get(row.id, 0),
            "steps": steps[row.id],
        }
        for row in rows
    ]


def _step(row: Row[Any]) -> dict[str, Any]:
    return {
        "system": row.system,
        "state": row.state,
        "attempts": row.attempts,
        "passes_left": row.passes,
        "receipt": row.receipt,
        "error": row.error,
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else when(seconds).isoformat(timespec="seconds")
