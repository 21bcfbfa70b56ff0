"""The process that the workers are forked from."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import Step
from alpha_swarm.proof import apart
from alpha_swarm.proof.crashing.installation import Installation
from alpha_swarm.proof.poison.doses import mix, most_strikes
from alpha_swarm.proof.poison.verdict import verdict
from alpha_swarm.proof.poison.ward import Ward
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from alpha_swarm.supervision.stage import Stage


def main(task: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """How many deaths and failures there were, and what they broke."""
    chance = random.Random(task["seed"])
    installation = Installation(stage)
    (group,) = installation.groups(1, task["leads"], first_day=True)
    installation.bring({Step.INGEST: [group]})
    found = mix(chance, task["poison"])
    doses = dict(zip(chance.sample(group.ids, len(found)), found, strict=True))
    most = most_strikes(found, len(group.ids))
    ward = Ward(installation, doses, most)
    ward.settle()
    broken = [*verdict(installation.app, group.ids, doses, stage.ledger(detail=True))]
    if ward.struck.total() > most:
        worst, times = ward.struck.most_common(1)[0]
        broken.append(Violation("loop", worst, f"{times} times: {doses[worst]}"))
    figures = {"strikes": ward.struck.total(), "strikes at most": most, "workers": ward.workers}
    return {"struck": ward.struck, "figures": figures, "violations": [asdict(one) for one in broken]}


if __name__ == "__main__":
    apart.answer(main)
