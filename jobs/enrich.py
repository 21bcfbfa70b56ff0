"""Jobs of the queue ``enrich``."""

from __future__ import annotations

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step


def start(lead_ids: list[str]) -> None:
    """Have Clay enrich leads."""
    del lead_ids  # the ledger says whose turn it is
    current().follow(Step.ENRICH)


def collect(lead_ids: list[str]) -> None:
    """Fetch the results of leads."""
    del lead_ids  # the ledger says whose turn it is
    current().follow(Step.COLLECT)


def read_inbox() -> None:
    """Understand the webhooks that were stored."""
    app = current()
    app.hints.inbox_seen()
    app.read_inbox()
