"""An upsert as a whole, for tests that do not ask when each outcome came."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Contact, Crm


def upserted(crm: Crm, contacts: Sequence[Contact], at_once: int = 5) -> dict[str, Outcome]:
    """Lead id → outcome, of all portions. Raises what is raised on the way."""
    outcomes: dict[str, Outcome] = {}
    for portion in crm.upsert(contacts, at_once):
        assert not outcomes.keys() & portion.keys(), "an outcome comes once"
        outcomes |= portion
    return outcomes
