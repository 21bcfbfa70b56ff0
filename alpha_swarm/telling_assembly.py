"""Settings → whoever tells people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm import crm_assembly
from alpha_swarm.domain.notices import Way

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.config import Settings
    from alpha_swarm.ports.edge import Gate
    from alpha_swarm.ports.notifier import Notifier


def ways(settings: Settings) -> frozenset[Way]:
    """Those on which people are told."""
    return frozenset({Way.SLACK}) if settings.slack.configured else frozenset()


def notifiers(settings: Settings, gate: Gate, clock: Clock) -> dict[Way, Notifier]:
    """One for each of them."""
    slack = crm_assembly.notifier(settings, gate, clock)
    return {Way.SLACK: slack} if slack else {}
