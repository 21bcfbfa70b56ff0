"""Jobs of the queue ``ingest``."""

from __future__ import annotations

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step


def submit(lead_ids: list[str]) -> None:
    """Bring these leads into Clay."""
    current().run(Step.INGEST, lead_ids)
