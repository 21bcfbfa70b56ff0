"""A limit of GoHighLevel's that is narrower than a batch, and that nobody told us of: it comes to an end."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

DEALS = """
rules:
  - name: all
    then:
      targets: [ghl]
      deal: {ghl: {pipeline: Inbound}}
"""
_WINDOW = 0.5
_MOST_ROUNDS = 200


def narrow(world: World, calls: int) -> None:
    """From now on."""
    order = {"ghl": {"amount": calls, "seconds": _WINDOW}}
    with requests.Session() as session:
        session.post(f"{world.url}/_sandbox/limits", json=order, timeout=10).raise_for_status()


def work_to_the_end(world: World) -> None:
    """Round by round, each once there is room again as the wait that was told says."""
    for _ in range(_MOST_ROUNDS):
        if world.work()["settled"]:
            return
        world.let_time_pass(60.0)
        while asked_by_a_person(world) == HTTPStatus.TOO_MANY_REQUESTS:
            pass
    raise AssertionError(f"leads still wait after {_MOST_ROUNDS} rounds")


def asked_by_a_person(world: World) -> int:
    """What becomes of a call of somebody else's."""
    headers = {"Authorization": "Bearer person", "Version": "2021-07-28"}
    with requests.Session() as session:
        path = f"{world.url}/ghl/locations/loc/customFields"
        return session.get(path, headers=headers, timeout=10).status_code


@pytest.mark.parametrize("calls", [40, 20, 6])
def test_a_batch_comes_to_an_end_whatever_the_vendors_limit(
    install: Callable[..., World], calls: int
) -> None:
    """What was done of it stays done, the rest goes on where it was; nobody is there twice."""
    world = install(SYNC_TARGETS="ghl")
    world.people(60)
    narrow(world, calls)
    work_to_the_end(world)
    books = world.sandbox_ledger()["ghl"]
    assert books["duplicate_emails"] == 0
    assert books["contacts"] == sum("ghl" in lead.external_ids for lead in world.leads().values()) > 40
    assert books["rate_limited"] > 0


def test_deals_come_to_an_end_too(install: Callable[..., World], tmp_path: Path) -> None:
    """One for each contact."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(DEALS, encoding="utf-8")
    world = install(SYNC_TARGETS="ghl", ROUTING_FILE=str(rules))
    world.people(30)
    narrow(world, 13)
    work_to_the_end(world)
    books = world.sandbox_ledger()["ghl"]
    assert (books["deals"], books["doubled_deals"]) == (books["contacts"], 0)
    assert books["contacts"] > 20
