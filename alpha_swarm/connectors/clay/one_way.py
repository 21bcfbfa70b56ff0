"""What transports have in common that start by submitting: they have no table whose rows could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt


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

    def forget(self, who: Identifiers) -> Receipt:
        """A person deletes rows in Clay."""
        raise self._by_hand(who, "delete rows: delete them in Clay by hand")

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """A person looks them up in Clay."""
        raise self._by_hand(who, "show rows: copy them out of Clay by hand")

    def names(self, who: Identifiers) -> Identifiers:
        """A person looks them up in Clay."""
        del who
        raise self._cannot("tell whose row it is: look in Clay by hand for the e-mail or the profile")

    def _by_hand(self, who: Identifiers, remedy: str) -> GiveUpError:
        del who
        return self._cannot(f"{remedy}, and say so with privacy done")

    def _cannot(self, what: str) -> GiveUpError:
        return GiveUpError(f"transport {self.transport} cannot {what}", cause="not_supported")
