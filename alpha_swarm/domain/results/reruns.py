"""A second result for a lead that has one: the enricher ran again without being asked."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.results.judgement import status_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse, Values


def merged(known: Enrichment, again: Enrichment) -> Enrichment | None:
    """What is known with what the second result adds or changes; ``None`` where it says nothing new.

    A blank never replaces a value, and what is newer replaces what is older.
    """
    said = _said(again.values)
    values = replace(known.values, **said)
    if values == known.values:
        return None
    earlier = tuple(_left(known, said))
    status = status_of(values, failed=False)
    return replace(again, status=status, values=values, error=None, earlier=earlier)


def _left(known: Enrichment, said: Mapping[str, Any]) -> Iterator[ProviderUse]:
    """Who found what still stands."""
    for use in (*known.earlier, *known.providers):
        fields_left = tuple(name for name in use.fields if name not in said)
        if fields_left:
            yield replace(use, fields=fields_left)


def _said(values: Values) -> Mapping[str, Any]:
    found = {one.name: getattr(values, one.name) for one in fields(values)}
    return {name: value for name, value in found.items() if value not in (None, ())}
