"""Says where a lead goes, and which rule says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly.routing import places
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.domain.leads.output import output_fields
from alpha_swarm.domain.routing.explanation import explain
from alpha_swarm.domain.routing.fields import Subject
from alpha_swarm.domain.routing.wording import deal_name
from alpha_swarm.ledger.lead_trace import find

if TYPE_CHECKING:
    from alpha_swarm.app import App
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.routing.route import Route


def routed(text: str) -> dict[str, Any] | None:
    """``lead_id``, ``rules``, ``route``, ``why``; ``None`` for an unknown lead."""
    with opened_app() as app, app.ledger.read() as tx:
        lead_id = find(tx, text)
        lead = tx.leads.load([lead_id], history=False).get(lead_id) if lead_id else None
        return None if lead is None else _told(app, lead)


def _told(app: App, lead: Lead) -> dict[str, Any]:
    subject = Subject.of(lead)
    if subject is None:
        return {"lead_id": lead.id, "rules": [], "route": None, "why": "it has no result yet"}
    found = explain(app.routing, places(), subject)
    return {
        "lead_id": lead.id,
        "rules": [{"rule": one.rule, "matched": one.matched, "why": one.why} for one in found.findings],
        "route": _shown(found.route, lead) if found.route else None,
        "why": None if found.route else f"its enrichment is {subject.status}",
    }


def _shown(route: Route, lead: Lead) -> dict[str, Any]:
    """What follows for the targets that get the lead."""
    fields = output_fields(lead)
    return {
        "targets": [target.value for target in route.targets],
        "campaign": route.campaign,
        "owners": {one.value: owner for one, owner in route.owners.items() if one in route.targets},
        "deals": {
            one.value: {
                "pipeline": deal.pipeline,
                "stage": deal.stage,
                "name": deal_name(deal.name, fields),
                "amount": deal.amount,
            }
            for one, deal in route.deals.items()
            if one in route.targets
        },
        "alerts": [alert.text for alert in route.alerts.values()],
        "left_out": {target.value: why for target, why in route.left_out.items()},
    }
