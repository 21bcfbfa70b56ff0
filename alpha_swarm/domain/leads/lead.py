"""A lead as the pipeline handles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.leads.grounds import USUAL, Grounds
from alpha_swarm.domain.leads.pins import Pins, over_values
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.states import LegalBasis, Priority, SourceType, State


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadInput:
    """A person as a door took them in: validated, trimmed, blanks as ``None``."""

    linkedin_url: str | None = None
    """Canonical: ``https://www.linkedin.com/in/<slug>``."""
    email: str | None = None
    company_domain: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    source_type: SourceType
    source_name: str
    source_url: str | None = None
    engagement_action: str | None = None
    engagement_content: str | None = None
    scraped_at: datetime
    """UTC."""
    legal_basis: LegalBasis | None = None
    """As whoever brought the lead says; ``None``: the usual one."""
    withheld: tuple[str, ...] | None = None
    """What the privacy policy kept out at the door, by the names that it uses."""
    grounds: Grounds | None = None
    """On which it was taken in; ``None``: the usual ones."""

    @property
    def basis(self) -> LegalBasis:
        """On what the data is held."""
        return self.legal_basis or LegalBasis.LEGITIMATE_INTEREST

    @property
    def held_on(self) -> Grounds:
        """The grounds, said or not."""
        return self.grounds or USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A later arrival of a person who already stands in the ledger."""

    source_type: str
    source_name: str
    source_url: str | None
    collected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a lead stands, without anything about the person."""

    id: str
    generation: int
    state: State
    priority: Priority
    turn: float = 0.0
    """Its place among all that wait: a smaller one goes first."""
    row_id: str | None = None
    """The id of the lead's row at Clay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(Standing):
    """One person in one generation, with all that is known."""

    input: LeadInput
    enrichment: Enrichment | None = None
    score: Score | None = None
    also_seen: tuple[Sighting, ...] = ()
    external_ids: Mapping[str, str]
    """CRM name → the record's id there."""
    batch: str | None = None
    """The list that it came with, if it came with one."""
    access_log: tuple[Mapping[str, Any], ...] = ()
    """``{system, timestamp, action}`` and what else was done for the person, oldest first."""
    informed_at: datetime | None = None
    """When the person was told that their data is held."""
    pins: Pins = field(default_factory=dict)
    """What the person put right; input and enrichment say it already."""

    @property
    def values(self) -> Values:
        """What is known beside the input, be it from the person alone."""
        return self.enrichment.values if self.enrichment else over_values(Values(), self.pins)
