"""Rows of the ledger ↔ the domain's data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from alpha_swarm.domain.leads.enrichment import Enrichment
from alpha_swarm.domain.leads.lead import Lead, LeadInput, Sighting, Standing
from alpha_swarm.domain.leads.pins import read_pins
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.privacy.rectification import over_enrichment, over_input
from alpha_swarm.domain.routing.route import Placement
from alpha_swarm.domain.states import Priority, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Row

_INPUT = TypeAdapter(LeadInput)
_ENRICHMENT = TypeAdapter(Enrichment)
_SCORE = TypeAdapter(Score)
_PLACEMENT = TypeAdapter(Placement)
_PRIORITIES = tuple(Priority)


def when(seconds: float) -> datetime:
    """A time of the ledger as a datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def dump_input(value: LeadInput) -> dict[str, Any]:
    """As JSON."""
    return dict(_INPUT.dump_python(value, mode="json", exclude_none=True))


def read_input(value: Mapping[str, Any]) -> LeadInput:
    """From JSON."""
    return _INPUT.validate_python(value)


def dump_enrichment(value: Enrichment) -> dict[str, Any]:
    """As JSON."""
    return dict(_ENRICHMENT.dump_python(value, mode="json", exclude_none=True))


def dump_placement(value: Placement | None) -> dict[str, Any] | None:
    """As JSON."""
    return None if value is None else dict(_PLACEMENT.dump_python(value, mode="json", exclude_none=True))


def read_placement(value: Mapping[str, Any]) -> Placement:
    """From JSON."""
    return _PLACEMENT.validate_python(value)


def dump_score(value: Score) -> dict[str, Any]:
    """As JSON."""
    return dict(_SCORE.dump_python(value, mode="json"))


def priority_of(rank: int) -> Priority:
    """The priority with this rank."""
    return _PRIORITIES[rank]


def read_standing(row: Row[Any]) -> Standing:
    """Where a lead stands, from its row."""
    return Standing(
        id=row.id,
        generation=row.generation,
        state=State(row.state),
        priority=priority_of(row.priority),
        turn=row.turn,
        row_id=row.row_id,
    )


def read_lead(
    row: Row[Any],
    sightings: Sequence[Row[Any]],
    external_ids: Mapping[str, str],
    access_log: Sequence[Mapping[str, Any]],
) -> Lead:
    """A lead from its row (joined with its person) and what belongs to it."""
    pins = read_pins(row.pins)
    first = over_input(read_input(row.input), pins)
    found = _ENRICHMENT.validate_python(row.enrichment) if row.enrichment else None
    opening = _first_sighting(first)
    seen = (read_sighting(sighting) for sighting in sightings)
    return Lead(
        id=row.id,
        generation=row.generation,
        state=State(row.state),
        priority=priority_of(row.priority),
        turn=row.turn,
        input=first,
        row_id=row.row_id,
        enrichment=found and over_enrichment(found, pins),
        score=_SCORE.validate_python(row.points) if row.points else None,
        also_seen=tuple(sighting for sighting in seen if sighting != opening),
        external_ids=dict(external_ids),
        batch=row.batch,
        access_log=tuple(access_log),
        informed_at=None if row.informed_at is None else when(row.informed_at),
        pins=pins,
    )


def read_sighting(row: Row[Any]) -> Sighting:
    """A later arrival."""
    return Sighting(
        source_type=row.source_type,
        source_name=row.source_name,
        source_url=row.source_url,
        collected_at=when(row.collected_at),
    )


def _first_sighting(first: LeadInput) -> Sighting:
    return Sighting(
        source_type=first.source_type.value,
        source_name=first.source_name,
        source_url=first.source_url,
        collected_at=when(first.scraped_at.timestamp()),
    )
