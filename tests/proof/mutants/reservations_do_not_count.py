"""A process imports this when it starts: what is merely reserved counts for nothing."""

from __future__ import annotations

from alpha_swarm.domain.money.cost import FREE
from alpha_swarm.ledger.money import budget

_read = budget.read_used


def _spent_only(row: object) -> tuple[object, object]:
    return FREE, _read(row)[1]


budget.read_used = _spent_only  # type: ignore[assignment]  # the sabotage
