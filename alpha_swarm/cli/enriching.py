"""Takes one lead in and brings it as far as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly import preflight
from alpha_swarm.cli.installation import embedded_server
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.domain.intake import Door, InvalidLead, read_lead
from alpha_swarm.domain.presentation import present_lead
from alpha_swarm.domain.states import Priority, State
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.lead import LeadInput

LONGEST_SECONDS = 120.0

#: States in which there is something to print.
_FINISHED = frozenset({State.SYNCED, State.UNENRICHABLE})


def enrich_one(given: Mapping[str, str]) -> dict[str, Any]:
    """The lead, or only ``lead_id`` and ``state`` where it was not finished in time.

    Raises:
        UserError: an option is unfit, or neither a LinkedIn address nor an e-mail is given.
    """
    lead = _read(given)
    settings = load_settings()
    preflight(settings)
    # The limits on calls live in the queue's server, so it has to run also when nothing else does.
    with embedded_server(settings), opened_app(settings) as app:
        app.beat()
        taken = app.receive.take([lead], priority=Priority.CRITICAL, door="direct")
        lead_id = taken[0].lead_id
        state = app.drive(lead_id, LONGEST_SECONDS)
        if state not in _FINISHED:
            return {"lead_id": lead_id, "state": state.value}
        with app.ledger.read() as tx:
            return present_lead(tx.leads.load([lead_id])[lead_id], tx.views.today())


def _read(given: Mapping[str, str]) -> LeadInput:
    try:
        return read_lead(given, now=SystemClock().now(), door=Door.DIRECT)
    except InvalidLead as invalid:
        options = (f"--{error.field.replace('_', '-')} {error.message}" for error in invalid.errors)
        raise UserError("; ".join(options)) from None
