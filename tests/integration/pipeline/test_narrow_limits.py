"""A limit of GoHighLevel's that is narrower than a batch, and that nobody told us of: it comes to an end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from tests.waiting import wait_until

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
_MOST_ROUNDS = 60


def narrow(world: World, calls: int) -> None:
    """From now on."""
    order = {"ghl": {"amount": calls, "seconds": _WINDOW}}
    with requests.Session() as session:
        session.post(f"{world.url}/_sandbox/limits", json=order, timeout=60).raise_for_status()


def until_the_window_is_over() -> None:
    """All of its calls are free again."""
    end = time.monotonic() + _WINDOW
    wait_until(lambda: time.monotonic() > end)


def work_to_the_end(world: World) -> None:
    """Round by round, each after the window that a refusal names."""
    for _ in range(_MOST_ROUNDS):
        if world.work()["settled"]:
            return
        world.let_time_pass(60.0)
        until_the_window_is_over()
    raise AssertionError(f"leads still wait after {_MOST_ROUNDS} rounds")


@pytest.mark.parametrize(("people", "calls"), [(60, 40), (32, 20), (16, 6)])
def test_a_batch_comes_to_an_end_whatever_the_vendors_limit(
    install: Callable[..., World], people: int, calls: int
) -> None:
    """What was done of it stays done, the rest goes on where it was; nobody is there twice."""
    world = install(SYNC_TARGETS="ghl")
    world.people(people)
    narrow(world, calls)
    work_to_the_end(world)
    books = world.sandbox_ledger()["ghl"]
    assert books["duplicate_emails"] == 0
    assert books["contacts"] == sum("ghl" in lead.external_ids for lead in world.leads().values()) > calls
    assert books["rate_limited"] > 0


def test_deals_come_to_an_end_too(install: Callable[..., World], tmp_path: Path) -> None:
    """One for each contact."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(DEALS, encoding="utf-8")
    world = install(SYNC_TARGETS="ghl", ROUTING_FILE=str(rules))
    world.people(20)
    narrow(world, 13)
    work_to_the_end(world)
    books = world.sandbox_ledger()["ghl"]
    assert (books["deals"], books["doubled_deals"]) == (books["contacts"], 0)
    assert books["contacts"] > 13
