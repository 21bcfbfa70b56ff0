"""What persons put right, and whether they were informed, as the pipeline sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.leads.pins import Pins


class PinBook(Protocol):
    """The pins of all persons."""

    def of(self, lead_ids: Collection[str]) -> Mapping[str, Pins]:
        """Lead id → what was put right, for those of whom anything was."""
        ...

    def lay(self, lead: Lead) -> None:
        """Keep the lead's pins and its input as it is with them, and know the person by both."""
        ...


class Informing(Protocol):
    """Who was told that their data is held."""

    def informed(self, lead_ids: Collection[str]) -> set[str]:
        """Those of these leads who were."""
        ...
