"""Jobs of the queues ``sync-<target>``."""

from __future__ import annotations

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step, Target


def push(target: str, lead_ids: list[str]) -> None:
    """Bring leads into a CRM."""
    current().follow(Step.sync(Target(target)), lead_ids)
