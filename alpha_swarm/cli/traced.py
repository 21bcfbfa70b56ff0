"""Gathers a lead's story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.leads_found import find
from alpha_swarm.cli.opening import opened_app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.ledger import SqlTransaction


def tell(text: str) -> dict[str, Any] | None:
    """``lead_id``, ``state``, ``story``, ``waiting``, ``dead_letters``; ``None`` for an unknown lead."""
    with opened_app() as app, app.ledger.read() as tx:
        lead_id = find(tx, text)
        if lead_id is None:
            return None
        lead = tx.leads.load([lead_id])[lead_id]
        return {
            "lead_id": lead_id,
            "state": lead.state.value,
            "generation": lead.generation,
            "story": tx.views.story(lead_id),
            "waiting": _waiting(tx, lead_id),
            "dead_letters": tx.views.deaths(lead_id),
        }


def _waiting(tx: SqlTransaction, lead_id: str) -> list[dict[str, Any]]:
    """Open steps, the next one first."""
    open_steps = sorted(tx.work.of(lead_id).items(), key=lambda owed: owed[1])
    pauses = tx.views.counts().pauses
    return [
        {"step": step.value, "due_in_seconds": round(due, 1), "why": _why(step, due, pauses)}
        for step, due in open_steps
    ]


def _why(step: Step, due: float, pauses: Mapping[str, str]) -> str:
    party = step.target.value if step.target else "clay"
    if party in pauses:
        return f"{party} is paused: {pauses[party]}"
    return "its time has not come" if due > 0 else "a worker has it, or takes it next"
