"""What the ledger needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from alpha_swarm.data_keys import KeyRing
from alpha_swarm.domain.messages.notices import Way
from alpha_swarm.domain.money.budget import NO_CAPS, Caps
from alpha_swarm.domain.privacy.lifetimes import USUAL, Lifetimes
from alpha_swarm.domain.states import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerConfig:
    """Its settings."""

    url: str
    key: bytes
    holder: str = "nobody"
    caps: Caps = NO_CAPS
    paid_steps: frozenset[Step] = frozenset()
    """Those that cost credits; under a cap whoever waits for them has a rank."""
    ways: frozenset[Way] = frozenset()
    """How people are told what lies in the outbox."""
    lifetimes: Lifetimes = USUAL
    """Of what is kept beside the leads."""
    keys_url: str = ""
    """Where data keys are kept; of no use without ``ring``."""
    ring: KeyRing | None = None
    """The installation's keys; without them values stand as they are."""
    systems: tuple[str, ...] = ()
    """Where persons are brought to, and have to be forgotten."""

    @property
    def ranked(self) -> frozenset[Step]:
        """The steps for which leads are ranked."""
        return self.paid_steps if self.caps.capped else frozenset()
