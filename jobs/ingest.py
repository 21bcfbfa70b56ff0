"""Jobs of the queue ``ingest``."""

from __future__ import annotations

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step


def submit(lead_ids: list[str]) -> None:
    """Bring leads into Clay."""
    current().follow(Step.INGEST, lead_ids)


def write_back(lead_ids: list[str]) -> None:
    """Bring our own columns of leads into Clay."""
    current().follow(Step.WRITE_BACK, lead_ids)
