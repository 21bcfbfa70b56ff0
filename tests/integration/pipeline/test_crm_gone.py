"""A record that a person removed in a CRM is not made anew, unless that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.states import Target
from tests.integration.pipeline.crm_town import Town, town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

SYSTEMS = [System.HUBSPOT, System.GHL, System.SALESFORCE]
TYPED = {"email": "ada@works.example", "first_name": "Ada"}


def synced(one: Town) -> tuple[str, str]:
    """A lead and its record."""
    (record,) = one.office.enter([TYPED])
    one.quiet()
    (lead_id,) = one.world.leads()
    return lead_id, record


def gone(one: Town, lead_id: str) -> bool:
    """What is remembered."""
    with one.world.app.ledger.read() as tx:
        return bool(tx.syncs.gone(Target(one.system.value), [lead_id]))


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_removed_record_stays_removed(
    system: System, sandbox: str, install: Callable[..., World], *, told: bool
) -> None:
    """Whether its CRM told us or its id leads nowhere; however often the lead is synced."""
    with town(system, sandbox, install) as one:
        lead_id, record = synced(one)
        if not told:
            one.tell("http://127.0.0.1:9", lost=1.0)
        one.office.delete(record)
        one.quiet()
        for _ in range(2):
            one.sync_again(lead_id)
            assert one.office.contacts() == {}
            assert gone(one, lead_id)
            assert one.world.story(lead_id).count("left_as_it_is") >= 1
        (preview,) = one.world.app.crm_desk.previews(Target(system.value), [lead_id])
        assert (preview.action, preview.kept) == ("none", {"*": "somebody removed the record"})
        assert one.world.leads()[lead_id].state.value == "synced"


@pytest.mark.parametrize("system", SYSTEMS)
def test_whoever_is_entered_again_is_written_again(
    system: System, sandbox: str, install: Callable[..., World]
) -> None:
    """The new record is the lead's own from then on; nothing is paid for a second time."""
    with town(system, sandbox, install) as one:
        lead_id, record = synced(one)
        paid = one.paid()
        one.office.delete(record)
        one.quiet()
        one.sync_again(lead_id)
        (again,) = one.office.enter([TYPED])
        one.quiet()
        assert not gone(one, lead_id)
        one.sync_again(lead_id)
        assert set(one.world.leads()) == {lead_id}
        assert (one.record_ids(), one.paid(), gone(one, lead_id)) == ({again}, paid, False)
        assert "Tier" in str(one.office.contacts()[again])


@pytest.mark.parametrize("system", SYSTEMS)
def test_where_it_is_asked_for_it_is_made_anew(
    system: System, sandbox: str, install: Callable[..., World], tmp_path: Path
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(f"[{system.value}]\nrecreate = true\n")
    with town(system, sandbox, install, {"ALPHA_SWARM_WRITE_RULES_FILE": str(rules)}) as one:
        lead_id, record = synced(one)
        one.office.delete(record)
        one.quiet()
        one.sync_again(lead_id)
        (made,) = one.office.contacts()
        assert made != record
        assert (one.record_ids(), gone(one, lead_id)) == ({made}, False)
