"""What was put into Redis once is believed to be there for ever. Imported as ``sitecustomize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.ledger.work import SqlWork

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.states import Step

asked = SqlWork.due
hinted: set[tuple[Step, str]] = set()


def due(self: SqlWork, steps: Collection[Step], limit: int) -> Mapping[Step, list[str]]:
    """Whoever was sent once is never sent again."""
    found = asked(self, steps, limit)
    fresh = {step: [key for key in lead_ids if (step, key) not in hinted] for step, lead_ids in found.items()}
    hinted.update((step, key) for step, lead_ids in fresh.items() for key in lead_ids)
    return {step: lead_ids for step, lead_ids in fresh.items() if lead_ids}


SqlWork.due = due  # type: ignore[method-assign]
