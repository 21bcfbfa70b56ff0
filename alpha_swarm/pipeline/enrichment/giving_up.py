"""The end of waiting for a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.poison import is_poison
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Death

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.calls.effect import Refused
    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.pipeline.closing import Closing
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.ledger import Transaction
    from alpha_swarm.ports.records import Batch


def give_up(
    tx: Transaction,
    followups: Followups,
    closing: Closing,
    batch: Batch,
    leads: Sequence[Standing],
    why: Refused,
) -> None:
    """Nobody waits for these leads' results any more."""
    deaths = [
        Death(
            lead_id=lead.id,
            step=Step.COLLECT,
            cause=why.cause,
            kind=why.kind,
            error=why.reason,
            attempts=batch.items[lead.id].claims,
        )
        for lead in leads
    ]
    tx.dead_letters.add(deaths)
    tx.work.abandon([lead.id for lead in leads])
    closing.close(tx, followups, [(lead, State.DEAD) for lead in leads])


def poison(batch: Batch) -> list[str]:
    """The leads of a batch that are not to be taken up any more."""
    return [key for key, item in batch.items.items() if is_poison(item.crashes)]
