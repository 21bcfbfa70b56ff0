"""Lanes give way to each other, and whoever finds none waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.calls.effect import Again, Done
from alpha_swarm.domain.lanes import Margins
from alpha_swarm.errors import (
    HaltError,
)
from alpha_swarm.ports.lanes import LaneAddress
from tests.integration.clay_webhook.sending import (
    SPARE,
    Connect,
    book,
    lead,
    numbers,
    submit,
)

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger
    from tests.scripted_server import ScriptedServer


def test_a_lane_at_its_margin_gives_way_within_one_call(
    connect: Connect, server: ScriptedServer, ledger: SqlLedger
) -> None:
    """When all are used up the rest waits with the reason, and goes on as soon as there is a lane."""
    clay = connect(margins=Margins(limit=8, warn_at=6, stop_at=6))
    assert [outcome.detail["lane"] for outcome in submit(clay) if isinstance(outcome, Done)] == [
        "main"
    ] * 6 + ["spare"] * 4
    outcomes = submit(clay, [lead() for _ in range(3)])
    assert [type(outcome) for outcome in outcomes] == [Done, Done, Again]
    with pytest.raises(HaltError) as none_left:
        submit(clay, [lead()])
    assert str(none_left.value).startswith("no lane can take records (2 exhausted)")
    assert none_left.value.seconds <= 30
    assert book(ledger) == {"main": ("active", 6), "spare": ("active", 6)}
    assert (sum(numbers(server)), sum(numbers(server, SPARE))) == (6, 6)
    ledger.lanes.add(LaneAddress(name="third", url=server.url + SPARE))
    assert isinstance(submit(clay, [lead()])[0], Done)


def test_the_doctor_is_told_what_room_is_left(connect: Connect, ledger: SqlLedger) -> None:
    clay = connect(margins=Margins(limit=8, warn_at=6, stop_at=6))
    assert clay.check() == "2 of 2 lanes can take 12 records"
    ledger.lanes.pause("main")
    ledger.lanes.pause("spare")
    with pytest.raises(HaltError, match="2 paused"):
        clay.check()
