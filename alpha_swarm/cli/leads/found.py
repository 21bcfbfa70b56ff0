"""Shows the lead that somebody means."""

from __future__ import annotations

from typing import Any

from alpha_swarm.cli.opening import opened_app
from alpha_swarm.domain.leads.presentation import present_lead
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.lead_trace import find


def present(text: str) -> dict[str, Any] | None:
    """The lead with its staleness, ``None`` where there is none."""
    with opened_app() as app, app.ledger.read() as tx:
        lead_id = find(tx, text)
        lead = tx.leads.load([lead_id]).get(lead_id) if lead_id else None
        clay_away = Step.ENRICH.party in tx.pauses.current()
        return present_lead(lead, tx.views.today(), clay_away=clay_away) if lead else None
