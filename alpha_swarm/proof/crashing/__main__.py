"""The process that is forked from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from alpha_swarm.proof import apart, canary
from alpha_swarm.proof.crashing.campaigns import Campaign
from alpha_swarm.proof.crashing.forgotten import overheard
from alpha_swarm.proof.crashing.installation import Installation
from alpha_swarm.proof.crashing.order import Order

if TYPE_CHECKING:
    from alpha_swarm.supervision.stage import Stage


def main(task: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """An answer to an order."""
    order = Order(**task)
    if order.kind == "erasure":
        with overheard(stage.home):
            return asdict(Campaign(Installation(stage, canary.person), order).run())
    return asdict(Campaign(Installation(stage), order).run())


if __name__ == "__main__":
    apart.answer(main)
