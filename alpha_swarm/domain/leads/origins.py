"""Where each value came from, when, on what basis, and how sure somebody is of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.pins import VALUE_FIELDS, WORK
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.domain.states import SourceType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse
    from alpha_swarm.domain.leads.lead import Lead, LeadInput

#: In place of a provider: the person said so.
PERSON = "person"
_UNKNOWN = "unknown"
_SCRAPER = "hunter-mcp"
_GIVEN = ("linkedin_url", "email", "first_name", "last_name", "company_name", "company_domain")


def given_fields(lead: Lead) -> dict[str, Any]:
    """Field of the input → ``{provider, timestamp, legal_basis}``."""
    given = {name: getattr(lead.input, name) for name in _GIVEN}
    told = (collector(lead.input), write_moment(lead.input.scraped_at))
    basis = lead.input.basis.value
    return {name: _pinned(lead, name) or _origin(*told, basis) for name, value in given.items() if value}


def found_fields(lead: Lead) -> dict[str, Any]:
    """Enriched field → ``{provider, timestamp, legal_basis}``, with ``confidence`` where it is known."""
    found = lead.enrichment
    uses = {} if found is None else _finders(found)
    present = [name for name in VALUE_FIELDS if getattr(lead.values, name) not in (None, ())]
    return {name: _pinned(lead, _said_as(lead, name)) or _found(lead, uses.get(name)) for name in present}


def collector(first: LeadInput) -> str:
    """Who took the data up: a CRM under its name, ourselves, else the scraper."""
    if first.source_type is SourceType.CRM:
        return first.source_name
    return "alpha-swarm" if first.source_type is SourceType.DIRECT else _SCRAPER


def _finders(found: Enrichment) -> Mapping[str, ProviderUse]:
    """The last to name a field: a waterfall's later answer stands."""
    return {name: use for use in (*found.earlier, *found.providers) for name in use.fields}


def _said_as(lead: Lead, name: str) -> str:
    return "email" if name == WORK and "email" in lead.pins else name


def _pinned(lead: Lead, name: str) -> dict[str, Any] | None:
    pin = lead.pins.get(name)
    return _origin(PERSON, write_moment(pin.since), lead.input.basis.value) if pin else None


def _found(lead: Lead, use: ProviderUse | None) -> dict[str, Any]:
    at = write_moment(lead.enrichment.enriched_at) if lead.enrichment else None
    basis = lead.input.basis.value
    if use is None:
        return _origin(_UNKNOWN, at, basis)
    sure = {} if use.confidence is None else {"confidence": use.confidence}
    return _origin(use.name, use.timestamp or at, basis) | sure


def _origin(provider: str, at: str | None, basis: str) -> dict[str, Any]:
    return {"provider": provider, "timestamp": at, "legal_basis": basis}
