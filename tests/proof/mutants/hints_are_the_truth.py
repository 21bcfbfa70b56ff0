"""What was put into Redis once is believed to be there for ever, and nobody but its leads to be due.

Imported as ``sitecustomize`` by every process of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step, Target
from alpha_swarm.ledger.work import SqlWork
from jobs import enrich, ingest, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

asked = SqlWork.due
hinted: set[tuple[Step, str]] = set()


def due(self: SqlWork, steps: Collection[Step], limit: int) -> Mapping[Step, list[str]]:
    """Whoever was sent once is never sent again."""
    found = asked(self, steps, limit)
    fresh = {step: [key for key in lead_ids if (step, key) not in hinted] for step, lead_ids in found.items()}
    hinted.update((step, key) for step, lead_ids in fresh.items() for key in lead_ids)
    return {step: lead_ids for step, lead_ids in fresh.items() if lead_ids}


def exactly(step: Step) -> Callable[[list[str]], None]:
    """A job for its own leads and nobody else's."""
    return lambda lead_ids: current().run(step, lead_ids)


def push(target: str, lead_ids: list[str]) -> None:
    """The same for a CRM."""
    current().run(Step.sync(Target(target)), lead_ids)


SqlWork.due = due  # type: ignore[method-assign]
ingest.submit = exactly(Step.INGEST)  # type: ignore[assignment]
enrich.start = exactly(Step.ENRICH)  # type: ignore[assignment]
enrich.collect = exactly(Step.COLLECT)  # type: ignore[assignment]
enrich.write_back = exactly(Step.WRITE_BACK)  # type: ignore[assignment]
sync.push = push
