"""Rules name another campaign than before: a lead stays where it is, or goes along; it is never in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

_USUAL = "3f0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c11"
_OTHER = "3f0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c22"
_RULES = f"""
rules:
  - name: best
    when: {{tier: [1, 2]}}
    then: {{targets: instantly, campaign: {_OTHER}}}
"""


def campaigns(world: World) -> list[str]:
    """In which the leads stand, of each."""
    return [one["campaign"] for one in world.sandbox_ledger()["instantly"]["lead_list"]]


@pytest.mark.parametrize(("move", "where"), [("off", _USUAL), ("on", _OTHER)])
def test_a_changed_rule_leaves_or_moves_whom_it_concerns(
    install: Callable[..., World], tmp_path: Path, move: str, where: str
) -> None:
    """Whoever stays has a word of it in the story; a second time there is nothing to do."""
    before = install(SYNC_TARGETS="instantly")
    before.people(12)
    before.settle()
    there = campaigns(before)
    assert set(there) == {_USUAL}
    rules = tmp_path / "rules.yaml"
    rules.write_text(_RULES, encoding="utf-8")
    world = install(SYNC_TARGETS="instantly", ROUTING_FILE=str(rules), INSTANTLY_MOVE=move)
    for _ in range(2):
        world.app.resync.run([Target.INSTANTLY], again=True)
        world.settle()
    kept = [lead_id for lead_id in world.leads() if "campaign_kept" in world.story(lead_id)]
    books = world.sandbox_ledger()["instantly"]
    assert campaigns(world) == [where] * len(there)
    assert len(kept) == (len(there) if move == "off" else 0)
    assert books["moves"] == (0 if move == "off" else len(there))
    assert books["duplicate_emails"] == 0
