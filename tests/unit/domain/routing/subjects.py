"""Leads and rules for the tests of routing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly.routing import places
from alpha_swarm.config.routing_file import read_rules
from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.routing.fields import Subject
from alpha_swarm.domain.routing.routing import Routing
from alpha_swarm.domain.states import EnrichmentStatus, Priority, SourceType, Target, Tier

if TYPE_CHECKING:
    from alpha_swarm.domain.routing.route import Route

ALL = tuple(Target)
_LEAD = LeadInput(
    linkedin_url="https://www.linkedin.com/in/ada",
    company_name="Acme",
    company_domain="acme.example",
    source_type=SourceType.POST_LIKER,
    source_name="Rival",
    scraped_at=datetime(2026, 1, 15, 10, tzinfo=UTC),
)
_SUBJECT = Subject(
    status=EnrichmentStatus.COMPLETED,
    values=Values(email_work="ada@acme.example", phone="+14155550123", company_location="Boston, MA"),
    score=Score(total=90, tier=Tier.ONE, points={}),
    priority=Priority.NORMAL,
    input=_LEAD,
)
_TIERS = {1: Tier.ONE, 2: Tier.TWO, 3: Tier.THREE}


def subject(*, score: int = 90, tier: int = 1, given: dict[str, Any] | None = None, **values: Any) -> Subject:
    """A lead that fits and can be reached, but for what is said; ``given`` is what a door took in."""
    return replace(
        _SUBJECT,
        values=replace(_SUBJECT.values, **values),
        score=Score(total=score, tier=_TIERS[tier], points={}),
        input=replace(_LEAD, **(given or {})),
    )


def rules(text: str, targets: tuple[Target, ...] = ALL) -> Routing:
    """Rules as YAML, read as the program reads them."""
    return Routing(read_rules(text, "routing.yaml", places(), targets), places(), targets)


def went(routing: Routing, lead: Subject) -> Route:
    """Where a lead goes whose enrichment came to something."""
    route = routing.route(lead)
    assert route is not None
    return route
