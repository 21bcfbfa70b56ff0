"""A lead without the fields that somebody may not have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.output import output_fields, output_payload
from alpha_swarm.domain.leads.pins import column_of
from alpha_swarm.domain.policy.names import INPUT_FIELDS, VALUE_FIELDS
from alpha_swarm.domain.results.judgement import status_of
from alpha_swarm.domain.states import EnrichmentStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.leads.enrichment import Enrichment, Values
    from alpha_swarm.domain.leads.lead import Lead, LeadInput
    from alpha_swarm.domain.policy.book import Party
    from alpha_swarm.domain.policy.policy import PrivacyPolicy


def lead_for(policy: PrivacyPolicy, party: Party, lead: Lead) -> Lead:
    """What of a lead a party may get."""
    return without(lead, policy.withheld(party, lead.input.basis))


def fields_for(policy: PrivacyPolicy, party: Party, lead: Lead) -> dict[str, Any]:
    """The output fields of a lead as a party may get them: all names, and blanks for what it may not."""
    names = policy.withheld(party, lead.input.basis)
    return _blanked(output_fields(without(lead, names)), names)


def payload_for(policy: PrivacyPolicy, party: Party, lead: Lead) -> dict[str, Any]:
    """The same with provenance, of what is given alone."""
    names = policy.withheld(party, lead.input.basis)
    return _blanked(output_payload(without(lead, names)), names)


def _blanked(fields: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: _blank(value) if name in names else value for name, value in fields.items()}


def _blank(value: Any) -> Any:
    return [] if isinstance(value, list) else None


def without(lead: Lead, names: Collection[str]) -> Lead:
    """The lead as if these fields had never been known."""
    if not names:
        return lead
    seen = lead.also_seen
    return replace(
        lead,
        input=input_without(lead.input, names),
        enrichment=enrichment_without(lead.enrichment, names) if lead.enrichment else None,
        also_seen=tuple(replace(one, source_url=None) for one in seen) if "source_url" in names else seen,
        pins={name: pin for name, pin in lead.pins.items() if not _is_pinned(name, names)},
    )


def held(lead: Lead, names: Collection[str]) -> dict[str, Any]:
    """Of these fields those that the lead has → the value, wherever it stands."""
    parts = (lead.input, lead.values) if names else ()
    found = [(name, getattr(part, name, None)) for part in parts for name in sorted(names)]
    return {name: value for name, value in found if value not in (None, ())}


def input_without(given: LeadInput, names: Collection[str]) -> LeadInput:
    """What a door took in, without these."""
    gone: dict[str, Any] = {
        name: None for name in INPUT_FIELDS if name in names and getattr(given, name) is not None
    }
    return replace(given, **gone) if gone else given


def enrichment_without(found: Enrichment, names: Collection[str]) -> Enrichment:
    """A result without these, judged anew; the same one where it has none of them."""
    values = values_without(found.values, names)
    if values is found.values:
        return found
    failed = found.status is EnrichmentStatus.FAILED
    return replace(found, values=values, status=found.status if failed else status_of(values, failed=False))


def values_without(values: Values, names: Collection[str]) -> Values:
    """The same without these."""
    gone: dict[str, Any] = {
        name: () if isinstance(getattr(values, name), tuple) else None
        for name in VALUE_FIELDS
        if name in names and getattr(values, name) not in (None, ())
    }
    return replace(values, **gone) if gone else values


def _is_pinned(name: str, names: Collection[str]) -> bool:
    return name in names or column_of(name) in names
