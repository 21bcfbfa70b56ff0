"""With the real connectors: Clay and four CRMs forget a person, and keep nothing of them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from alpha_swarm.domain.privacy.rights import Right
from tests.integration.pipeline.rights_world import MARK, PROFILE, canary, traces
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

#: Within this an answer is there, from all of them.
MOST_SECONDS = 10.0


def standing(world: World) -> str:
    """Whatever the other sides keep of anybody."""
    kept = world.sandbox_ledger()
    lists = ("row_list", "contact_list", "lead_list", "record_list")
    return json.dumps(
        [kept[party].get(name) for party in kept for name in lists if isinstance(kept[party], dict)]
    )


def test_erasure_reaches_clay_and_four_crms_within_ten_seconds(
    install: Callable[..., World], tmp_path: Path
) -> None:
    world = install(SYNC_TARGETS="ghl,instantly,hubspot,salesforce")
    others = world.people(2)
    world.take([canary()], NOW)
    assert world.settle()["balanced"]
    assert MARK in standing(world).lower()
    begun = time.monotonic()
    told = world.app.rights.ask(Right.ERASURE, PROFILE)
    assert time.monotonic() - begun < MOST_SECONDS
    receipts = {one["system"]: one["receipt"] for one in told["steps"]}
    assert {system: one["removed"] for system, one in receipts.items()} == dict.fromkeys(
        ("clay", "ghl", "instantly", "hubspot", "salesforce", "ledger"), 1
    )
    assert told["ended_at"]
    assert MARK not in standing(world).lower()
    assert traces(world, tmp_path) == {}
    assert {row["lead_id"] for row in world.rows()} == set(others)
    assert world.settle()["balanced"]


def test_objection_reaches_the_tool_that_writes_to_people(install: Callable[..., World]) -> None:
    world = install(SYNC_TARGETS="ghl,instantly")
    world.take([canary()], NOW)
    world.settle()
    told = world.app.rights.ask(Right.OBJECTION, PROFILE)
    assert {one["system"]: one["state"] for one in told["steps"]} == dict.fromkeys(
        ("ghl", "instantly", "ledger"), "done"
    )
    assert MARK not in json.dumps(world.sandbox_ledger()["instantly"].get("lead_list", [])).lower()
    assert MARK in json.dumps(world.sandbox_ledger()["ghl"]["contact_list"]).lower()
