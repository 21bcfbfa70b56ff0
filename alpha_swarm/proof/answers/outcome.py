"""What came of people, in a form that two runs can be compared by: no ids, no times."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.app import App
    from alpha_swarm.proof.answers.scene import Scene

_WRITES = (
    ("clay", "addRows"),
    ("clay", "enrichRows"),
    ("ghl", "upsertContact"),
    ("ghl", "createContact"),
    ("ghl", "updateContact"),
    ("instantly", "updateLead"),
)


def outcome(app: App, one: Scene) -> dict[str, Any]:
    """States and scores by profile, rows and charges, contacts by e-mail, and how often those were written.

    The numbers of calls to Clay are left out: they say how leads were batched.
    """
    other = one.stage.ledger(detail=True)
    with app.ledger.read() as tx:
        leads = {
            str(lead.input.linkedin_url): [
                lead.state,
                lead.score.total if lead.score else None,
                lead.generation,
            ]
            for lead in tx.leads.walk([])
        }
    return {
        "leads": leads,
        "rows": sorted(
            [
                str(row["linkedin_url"]),
                row["enrich_count"],
                row["credits"],
                row["enrichment_status"],
                row["written"],
            ]
            for row in other["clay"]["row_list"]
        ),
        "ghl": _emails(other["ghl"]["contact_list"]),
        "instantly": _emails(other["instantly"]["lead_list"]),
        "writes": {name: other[name]["calls"].get(call, 0) for name, call in _WRITES if name != "clay"},
        "credits": app.status()["credits"]["month"],
    }


def fingerprint(found: Mapping[str, Any]) -> str:
    """The outcome as one hash."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def _emails(contacts: list[dict[str, Any]]) -> list[str]:
    return sorted(str(contact.get("email") or "").lower() for contact in contacts)
