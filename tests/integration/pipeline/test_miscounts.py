"""Instantly's counters that do not add up: what stands in the campaign says who came there by us."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import Target
from alpha_swarm.sandbox.server import running
from tests.integration.pipeline.crm_by_hand import learn
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.world import World


def campaign(world: World) -> list[dict[str, Any]]:
    """Its leads."""
    leads: list[dict[str, Any]] = world.sandbox_ledger()["instantly"]["lead_list"]
    return leads


def test_values_that_were_added_by_a_miscounted_upload_are_ours(database_url: str, tmp_path: Path) -> None:
    """They are told of as added, confirmed, and kept up at once: no edit of a person's is seen in them."""
    with (
        running(replace(QUIET, instantly_miscounts=True)) as url,
        installed(tmp_path, url, database_url, SYNC_TARGETS="instantly") as world,
    ):
        world.people(12)
        world.settle()
        there = campaign(world)
        told = [
            entry["detail"]["action"]
            for lead_id in world.leads()
            for entry in _told(world, lead_id)
            if entry["kind"] == "disclosed" and entry["detail"]["system"] == "instantly"
        ]
        learn(world, title="Chief Tester")
        world.app.resync.run([Target.INSTANTLY], again=True)
        world.settle()
        titles = {one["job_title"] for one in campaign(world)}
    assert there
    assert told == ["add_to_campaign"] * len(there)
    assert titles == {"Chief Tester"}


def _told(world: World, lead_id: str) -> list[dict[str, Any]]:
    with world.app.ledger.read() as tx:
        return list(tx.views.story(lead_id))
