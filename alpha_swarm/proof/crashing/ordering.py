"""A sandbox, a ledger, and the process that carries out an order on them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from alpha_swarm.proof import apart
from alpha_swarm.proof.crashing.order import Answer, Order
from alpha_swarm.proof.trial import Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from alpha_swarm.proof.ground import Ground

_ONE_BY_ONE = ("GHL_IN_FLIGHT", "HUBSPOT_IN_FLIGHT", "SALESFORCE_IN_FLIGHT")
#: One after the other, and everybody read back: the number of a point means the same place in each life.
_ENVIRON = {**apart.ENVIRON, **dict.fromkeys(_ONE_BY_ONE, "1/1/1"), "GHL_READ_BACK": "all"}


def carry_out(order: Order, ground: Ground) -> Answer:
    """Set up, let die, and clear away.

    Raises:
        AlphaSwarmError: the process failed; what it said stands on standard error.
    """
    targets = {"SYNC_TARGETS": ",".join(order.targets)}
    with (
        ground.ledger() as url,
        set_up(
            "crashing", sandbox=apart.SANDBOX, environ={**_ENVIRON, **targets, "DATABASE_URL": url}
        ) as stage,
    ):
        told = apart.carry_out("alpha_swarm.proof.crashing", asdict(order), stage)
    return Answer(**{**told, "violations": [Violation(**one) for one in told["violations"]]})
