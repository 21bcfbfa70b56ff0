"""Pings that a run is over: signed, and never certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.sandbox.clay.routines.pings import sign
from tests.sandbox.client import Client, receiving
from tests.sandbox.routines import hook, items, run
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_end_of_a_run_is_told_with_a_signature(start: Callable[..., Client]) -> None:
    """To whoever asked for it; a batch is told in the same words."""
    with receiving() as receiver:
        sandbox = start(**hook(receiver.url))
        told = {run(sandbox, items(f"p{number}"), webhook_id="wh_1") for number in range(3)}
        run(sandbox, items("silent"))
        wait_until(lambda: len(receiver.signatures) == 3)
    assert {body["data"]["routine_run_id"] for body in receiver.bodies} == told
    assert all(body.keys() == {"webhookId", "createdAt", "data"} for body in receiver.bodies)
    assert receiver.signatures == {sign("whsec_1", raw) for raw in receiver.raw}


def test_pings_are_lost_doubled_and_tests(start: Callable[..., Client]) -> None:
    """The books agree with what arrived."""
    shares = {"routine_ping_lost": 0.3, "routine_ping_duplicate": 0.3, "routine_ping_test": 0.3}
    with receiving() as receiver:
        sandbox = start(**(hook(receiver.url) | shares))
        for number in range(40):
            run(sandbox, items(f"p{number}"), webhook_id="wh_1")
        pings = wait_until(lambda: _all_told(sandbox, 40))
        wait_until(lambda: len(receiver.bodies) == pings["sent"] + pings["duplicated"] + pings["test"])
    assert min(pings.values()) > 0
    assert sum(body["data"] == {} for body in receiver.bodies) == pings["test"]


def _all_told(sandbox: Client, runs: int) -> dict[str, int] | None:
    pings: dict[str, int] = sandbox.ledger()["clay"]["routines"]["pings"]
    return pings if pings["sent"] + pings["lost"] == runs else None
