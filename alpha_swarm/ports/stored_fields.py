"""Fields that are held and may not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from alpha_swarm.domain.leads.enrichment import Enrichment
from alpha_swarm.domain.leads.lead import Lead
from alpha_swarm.domain.leads.scoring import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A lead without them."""

    lead: Lead
    result: tuple[Enrichment, Score] | None
    """As it is judged and scored without them; ``None`` where there is none."""
    values: Mapping[str, Any]
    """Field → what was held, to be found wherever else it stands."""


class StoredFields(Protocol):
    """Where they stand."""

    def strip(self, stripped: Mapping[str, Stripped]) -> None:
        """Take them out of these leads and of what was remembered of writing them."""
        ...
