"""Companies as the pipeline sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.results.companies import Company


class Companies(Protocol):
    """What is known of companies."""

    def known(self, domains: Collection[str], seconds: float) -> Mapping[str, Company]:
        """Domain → fields that were found within so many seconds."""
        ...

    def learn(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """Domain → fields that were found now."""
        ...
