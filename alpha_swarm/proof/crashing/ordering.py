"""A sandbox, a ledger, and the process that carries out an order on them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof.crashing.order import Answer, Order, read_answer
from alpha_swarm.supervision.processes import PYTHON
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from alpha_swarm.proof.ground import Ground

#: It answers at once, charges again for each call, and forgets every idempotency key.
_SANDBOX = (
    "--no-limits",
    *(
        word
        for pair in ("enrich_seconds=[0,0]", "webhook_lost=1", "idempotency=ignore")
        for word in ("--set", pair)
    ),
)
_LIMITS = ("CLAY_LIMIT_ROWS", "CLAY_LIMIT_ENRICH", "CLAY_LIMIT_UPDATES", "CLAY_LIMIT_EXPORTS")
_ENVIRON = {
    **dict.fromkeys((*_LIMITS, "GHL_LIMIT", "INSTANTLY_LIMIT"), "off"),
    "CLAY_RESULTS": "poll",
    "CLAY_POLL_AFTER": "0.2",
    # One after the other: the number of a point means the same place in each life.
    "GHL_IN_FLIGHT": "1/1/1",
}


def carry_out(order: Order, ground: Ground) -> Answer:
    """Set up, let die, and clear away.

    Raises:
        AlphaSwarmError: the process failed; what it said stands on standard error.
    """
    with (
        ground.ledger() as url,
        set_up("crashing", sandbox=_SANDBOX, environ={**_ENVIRON, "DATABASE_URL": url}) as stage,
    ):
        ended = subprocess.run(  # noqa: S603 - our own command
            [*PYTHON, "alpha_swarm.proof.crashing", order.as_json(), stage.sandbox],
            cwd=stage.home,
            env=stage.environ,
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
    if ended.returncode:
        raise AlphaSwarmError(f"the process that was to be killed bit by bit failed ({ended.returncode})")
    return read_answer(ended.stdout)
