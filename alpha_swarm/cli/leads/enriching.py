"""Takes one lead in and brings it as far as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly.parts import preflight
from alpha_swarm.assembly.policy import privacy_policy
from alpha_swarm.cli.installation import embedded_server
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.domain.doors.intake import Door, InvalidLead, read_lead
from alpha_swarm.domain.leads.presentation import present_lead
from alpha_swarm.domain.states import Priority, State, Step
from alpha_swarm.errors import AlphaSwarmError, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.app import App
    from alpha_swarm.domain.leads.lead import Lead, LeadInput
    from alpha_swarm.domain.policy.policy import PrivacyPolicy

LONGEST_SECONDS = 120.0

#: States in which there is something to print.
_FINISHED = frozenset({State.SYNCED, State.UNENRICHABLE})


def enrich_one(given: Mapping[str, str]) -> dict[str, Any]:
    """The lead, or only ``lead_id`` and ``state`` where it was not finished in time and nothing is known.

    What is known of it from before is shown at once, also when Clay is away; then as ``fallback``.

    Raises:
        UserError: an option is unfit, or neither a LinkedIn address nor an e-mail is given.
    """
    settings = load_settings()
    lead = _read(given, privacy_policy(settings))
    preflight(settings)
    # The limits on calls live in the queue's server, so it has to run also when nothing else does.
    with embedded_server(settings), opened_app(settings) as app:
        app.beat()
        taken = app.receive.take([lead], priority=Priority.CRITICAL, door="direct")
        if taken[0].suppressed:
            raise UserError("this person has asked not to be taken in: whoever asks again is refused as well")
        lead_id = taken[0].lead_id
        known = _is_known(_load(app, lead_id))
        state = app.drive(lead_id, LONGEST_SECONDS)
        found = _load(app, lead_id)
        if found is None or (state not in _FINISHED and not known):
            return {"lead_id": lead_id, "state": state.value}
        return present_lead(found, SystemClock().now(), clay_away=known and _is_away(app))


def _load(app: App, lead_id: str) -> Lead | None:
    """``None`` where the person was forgotten meanwhile."""
    with app.ledger.read() as tx:
        return tx.leads.load([lead_id]).get(lead_id)


def _is_known(lead: Lead | None) -> bool:
    return lead is not None and lead.enrichment is not None


def _is_away(app: App) -> bool:
    """Whether Clay is left alone, or does not answer when it is asked for something harmless."""
    with app.ledger.read() as tx:
        paused = Step.ENRICH.party in tx.pauses.current()
    if not paused:
        try:
            app.enricher.check()
        except AlphaSwarmError:
            return True
    return paused


def _read(given: Mapping[str, str], policy: PrivacyPolicy) -> LeadInput:
    try:
        return read_lead(given, now=SystemClock().now(), door=Door.DIRECT, policy=policy)
    except InvalidLead as invalid:
        options = (f"--{error.field.replace('_', '-')} {error.message}" for error in invalid.errors)
        raise UserError("; ".join(options)) from None
