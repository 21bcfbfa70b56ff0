"""What happens to contacts between one sync and the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.ports.records import Owed

if TYPE_CHECKING:
    from tests.integration.world import World


def edit(world: World, contact_id: str, **fields: str) -> None:
    """A person types something in."""
    requests.put(
        f"{world.url}/ghl/contacts/{contact_id}",
        json=fields,
        headers={"Authorization": "Bearer pit", "Version": "2021-07-28"},
        timeout=60,
    ).raise_for_status()


def sync_again(world: World) -> None:
    """Everybody who stands in GoHighLevel is written once more."""
    with world.app.ledger.begin() as tx:
        leads = [lead for lead in tx.leads.walk([State.SYNCED]) if "ghl" in lead.external_ids]
        tx.syncs.open({lead.id: [Target.GHL] for lead in leads})
        tx.leads.move({lead.id: State.SYNCING for lead in leads})
        tx.work.owe(Owed(lead_id=lead.id, step=Step.sync(Target.GHL), turn=lead.turn) for lead in leads)
    world.settle()


def learn(world: World, **values: Any) -> None:
    """Everybody's latest enrichment said something else, whatever the results are now."""
    with world.app.ledger.begin() as tx:
        results = {}
        for lead in tx.leads.walk([State.SYNCED]):
            assert lead.enrichment is not None
            assert lead.score is not None
            found = replace(lead.enrichment, values=replace(lead.enrichment.values, **values))
            results[lead.id] = (found, lead.score)
        tx.leads.enriched(results)
