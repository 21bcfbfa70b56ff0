"""What is done for a person who asks: put together from the parts of one process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm import table_assembly
from alpha_swarm.domain.scoring import score
from alpha_swarm.ledger.people import People
from alpha_swarm.pipeline.closing import Closing
from alpha_swarm.pipeline.rectify import Rectify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.edge import Edge


class PersonDesk:
    """Access and rectification."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def rectify(self, who: str, corrections: Mapping[str, Any]) -> dict[str, Any] | None:
        """What :meth:`Rectify.run` tells; ``None`` for somebody unknown.

        Raises:
            UserError: several people are known by it.
        """
        with self._edge.ledger.read() as tx:
            lead_ids = People(tx).find(who)
        return self._rectify().run(lead_ids, corrections) if lead_ids else None

    def _rectify(self) -> Rectify:
        edge = self._edge
        weights = table_assembly.weights(edge.settings)
        return Rectify(
            ledger=edge.ledger,
            hints=edge.hints,
            clock=edge.clock,
            targets=edge.settings.sync_targets,
            writes_back=Closing.of(edge.enricher).writes_back,
            scored=lambda found: score(found.values, weights),
        )
