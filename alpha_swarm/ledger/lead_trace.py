"""One lead's whole story, and the lead that somebody means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.addresses import normal_email
from alpha_swarm.domain.leads.identity import profile_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.transaction import SqlTransaction


def find(tx: SqlTransaction, text: str) -> str | None:
    """The id of the lead with this id, LinkedIn URL or e-mail."""
    return next(filter(None, map(tx.views.find, _names(text.strip()))), None)


def tell(tx: SqlTransaction, lead_id: str) -> dict[str, Any] | None:
    """``lead_id``, ``state``, ``generation``, ``story``, ``waiting``, ``dead_letters``: nothing personal.

    ``None`` for an unknown lead.
    """
    lead = tx.leads.standing([lead_id]).get(lead_id)
    if lead is None:
        return None
    return {
        "lead_id": lead_id,
        "state": lead.state.value,
        "generation": lead.generation,
        "story": tx.views.story(lead_id),
        "waiting": _waiting(tx, lead_id),
        "dead_letters": tx.views.deaths(lead_id),
    }


def _names(text: str) -> list[str]:
    """What the ledger may know the lead by."""
    slug, email = profile_slug(text), normal_email(text)
    names = [text.upper()]
    names += [f"linkedin:{slug}"] if slug else []
    return names + ([f"email:{email}"] if email else [])


def _waiting(tx: SqlTransaction, lead_id: str) -> list[dict[str, Any]]:
    """Open steps, the next one first."""
    open_steps = sorted(tx.work.of(lead_id).items(), key=lambda owed: owed[1])
    pauses = tx.pauses.current()
    return [
        {"step": step.value, "due_in_seconds": round(due, 1), "why": _why(step, due, pauses)}
        for step, due in open_steps
    ]


def _why(step: Step, due: float, pauses: Mapping[str, str]) -> str:
    if step.party in pauses:
        return f"{step.party} is paused: {pauses[step.party]}"
    return "its time has not come" if due > 0 else "a worker has it, or takes it next"
