"""What transports have in common that start by submitting: they have no table whose rows could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.domain.enrichment import RowResult


class OneWay:
    """The part of ``ports.enricher.Enricher`` that they cannot do, as their capabilities say."""

    transport: ClassVar[str]

    def start(self, row_ids: Sequence[str], key: str) -> Mapping[str, Outcome]:
        """Submitting has started it."""
        del row_ids, key
        raise self._cannot("start rows")

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Nobody lists what was sent."""
        del lead_ids
        raise self._cannot("look leads up")

    def write_back(self, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        """Nothing can be changed."""
        del updates
        raise self._cannot("write back")

    def export(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """A person exports a table, and ``alpha-swarm clay import`` reads it."""
        del row_ids
        raise self._cannot("export")

    def delete(self, row_id: str) -> None:
        """A person deletes a row in Clay."""
        del row_id
        raise self._cannot("delete rows")

    def _cannot(self, what: str) -> GiveUpError:
        return GiveUpError(f"transport {self.transport} cannot {what}", cause="not_supported")
