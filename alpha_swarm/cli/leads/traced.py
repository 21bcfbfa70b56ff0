"""Gathers a lead's story."""

from __future__ import annotations

from typing import Any

from alpha_swarm.cli.opening import opened_app
from alpha_swarm.ledger import lead_trace


def tell(text: str) -> dict[str, Any] | None:
    """What :func:`alpha_swarm.ledger.lead_trace.tell` does; ``None`` for an unknown lead."""
    with opened_app() as app, app.ledger.read() as tx:
        lead_id = lead_trace.find(tx, text)
        return lead_trace.tell(tx, lead_id) if lead_id else None
