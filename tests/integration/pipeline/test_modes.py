"""Create-only, update-only and upsert, in each CRM for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import State, Target
from alpha_swarm.person_desk import PersonDesk
from tests.integration.pipeline.crm_by_hand import learn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

_LISTS = {
    Target.GHL: "contact_list",
    Target.INSTANTLY: "lead_list",
    Target.HUBSPOT: "contact_list",
    Target.SALESFORCE: "record_list",
}
_NEWS = "Chief Tester"


@pytest.fixture
def start(install: Callable[..., World], sandbox: str, tmp_path: Path) -> Callable[[Target, str], World]:
    """An installation with one CRM, in one mode."""

    def begin(target: Target, mode: str) -> World:
        rules = tmp_path / f"{mode}.toml"
        rules.write_text(f'mode = "upsert"\n[{target.value}]\nmode = "{mode}"\n', encoding="utf-8")
        return install(
            SYNC_TARGETS=target.value,
            ALPHA_SWARM_WRITE_RULES_FILE=str(rules),
            HUBSPOT_API_BASE_URL=f"{sandbox}/hubspot",
            HUBSPOT_ACCESS_TOKEN="token",
            HUBSPOT_LIMIT="off",
            HUBSPOT_SEARCH_LIMIT="off",
            SALESFORCE_INSTANCE_URL=f"{sandbox}/salesforce",
            SALESFORCE_ACCESS_TOKEN="token",
        )

    return begin


def records(world: World, target: Target) -> list[dict[str, Any]]:
    """What the CRM holds."""
    found: list[dict[str, Any]] = world.sandbox_ledger()[target.value][_LISTS[target]]
    return found


def known_better(world: World, target: Target) -> int:
    """How many records say what is known since, after a sync of all."""
    learn(world, title=_NEWS)
    world.app.resync.run([target], again=True)
    world.settle()
    return sum(_NEWS in str(one) for one in records(world, target))


@pytest.mark.parametrize("target", Target)
def test_create_only_makes_records_and_leaves_them(
    start: Callable[[Target, str], World], target: Target
) -> None:
    """Its leads are through all the same."""
    world = start(target, "create_only")
    world.people(8)
    world.settle()
    made = len(records(world, target))
    assert made > 0
    assert known_better(world, target) == 0
    assert len(records(world, target)) == made


@pytest.mark.parametrize("target", Target)
def test_update_only_makes_none_and_keeps_up_what_stands(
    start: Callable[[Target, str], World], target: Target
) -> None:
    """Who is new comes to rest without a record."""
    before = start(target, "upsert")
    before.people(8)
    before.settle()
    made = len(records(before, target))
    world = start(target, "update_only")
    world.people(8, "later")
    world.settle()
    assert len(records(world, target)) == made > 0
    assert {lead.state for lead in world.leads().values()} <= {State.SYNCED, State.UNENRICHABLE, State.DEAD}
    assert known_better(world, target) == made
    assert len(records(world, target)) == made


@pytest.mark.parametrize("target", Target)
def test_upsert_does_both(start: Callable[[Target, str], World], target: Target) -> None:
    world = start(target, "upsert")
    world.people(8)
    world.settle()
    assert known_better(world, target) == len(records(world, target)) > 0


@pytest.mark.parametrize("target", list(Target))
def test_what_a_person_puts_right_is_written_where_records_are_not_updated(
    target: Target, start: Callable[[Target, str], World]
) -> None:
    """And nothing else is."""
    world = start(target, "create_only")
    world.people(6)
    world.settle()
    lead = next(lead for lead in world.leads().values() if lead.external_ids)
    learn(world, company_industry=_NEWS)
    PersonDesk(world.app).rectify(lead.id, {"title": "Mender"})
    world.settle()
    assert sum("Mender" in str(one) for one in records(world, target)) == 1
    assert _NEWS not in str(records(world, target))
