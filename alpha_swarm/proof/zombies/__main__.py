"""The process that the workers are forked from."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from alpha_swarm.proof import apart
from alpha_swarm.proof.zombies.graveyard import Graveyard

if TYPE_CHECKING:
    from alpha_swarm.supervision.stage import Stage


def main(task: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """How many were frozen, and what they broke after the thaw."""
    graveyard = Graveyard(stage, task["ledgers"], random.Random(task["seed"]))
    try:
        graveyard.freeze()
        graveyard.overtake()
        graveyard.wait(task["seconds"])
        graveyard.thaw()
    finally:
        graveyard.close()
    return {
        "landed": len(graveyard.scenes),
        "figures": graveyard.figures(),
        "violations": [asdict(one) for one in graveyard.verdict()],
    }


if __name__ == "__main__":
    apart.answer(main)
