"""Jobs of the queue ``enrich``."""

from __future__ import annotations

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step


def start(lead_ids: list[str]) -> None:
    """Have Clay enrich leads."""
    current().follow(Step.ENRICH, lead_ids)


def collect(lead_ids: list[str]) -> None:
    """Fetch the results of leads."""
    current().follow(Step.COLLECT, lead_ids)


def read_inbox() -> None:
    """Understand the webhooks that were stored."""
    app = current()
    app.hints.inbox_seen()
    app.read_inbox()
