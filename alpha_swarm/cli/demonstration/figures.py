"""What our own ledger says about the leads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.output import output_payload
from alpha_swarm.domain.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.app import App
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ledger.transaction import SqlTransaction

FILLED = ("email", "phone", "title", "company_domain", "company_industry", "company_size", "tech_stack")
FAILED_AT_CLAY = "enrichment_failed"


@dataclass(slots=True)
class Figures:
    """Counts over all leads."""

    leads: int = 0
    rows: int = 0
    enriched: int = 0
    dead_of_other_causes: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    records: dict[str, set[str]] = field(default_factory=dict)
    """CRM → the ids of our leads' records there."""
    messages: int = 0
    """What people were told in Slack."""

    @property
    def fill_rates(self) -> Mapping[str, float]:
        """Field → share of the enriched leads that have it."""
        return {
            name: round(self.filled[name] / self.enriched, 3) if self.enriched else 0.0 for name in FILLED
        }

    def count(self, lead: Lead) -> None:
        """Add a lead."""
        self.leads += 1
        self.rows += lead.row_id is not None
        for target, external_id in lead.external_ids.items():
            self.records.setdefault(target, set()).add(external_id)
        if lead.score:
            self.tiers[lead.score.tier.value] += 1
        if lead.enrichment:
            self.enriched += 1
            self.statuses[lead.enrichment.status.value] += 1
            payload = output_payload(lead)
            self.filled.update(name for name in FILLED if payload[name])


def figures(app: App) -> Figures:
    """All of it, read in one go."""
    found = Figures()
    with app.ledger.read() as tx:
        for lead in tx.leads.walk(()):
            found.count(lead)
            found.dead_of_other_causes += _died_of_ours(tx, lead)
        found.messages = tx.outbox.standing().messages
    return found


def is_all_told(app: App) -> bool:
    """Whether people were told of everything by now."""
    with app.ledger.read() as tx:
        return not tx.outbox.standing().waiting


def _died_of_ours(tx: SqlTransaction, lead: Lead) -> bool:
    """Whether a lead is dead for another reason than that Clay's own enrichment failed."""
    if lead.state is not State.DEAD:
        return False
    return any(death["cause"] != FAILED_AT_CLAY for death in tx.views.deaths(lead.id))
