"""A second result for a lead that has one: the enricher ran again without being asked."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.judgement import status_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from alpha_swarm.domain.enrichment import Enrichment, Values


def merged(known: Enrichment, again: Enrichment) -> Enrichment | None:
    """What is known with what the second result adds or changes; ``None`` where it says nothing new.

    A blank never replaces a value, and what is newer replaces what is older.
    """
    values = replace(known.values, **_said(again.values))
    if values == known.values:
        return None
    return replace(again, status=status_of(values, failed=False), values=values, error=None)


def _said(values: Values) -> Mapping[str, Any]:
    found = {one.name: getattr(values, one.name) for one in fields(values)}
    return {name: value for name, value in found.items() if value not in (None, ())}
