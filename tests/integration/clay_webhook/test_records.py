"""What goes out, and in which calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.calls.effect import Done, Refused
from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.ports.edge import Passage
from alpha_swarm.ports.lanes import LaneAddress
from tests.doubles import NoGate
from tests.integration.clay_webhook.sending import (
    LEADS,
    MAIN,
    SPARE,
    Connect,
    book,
    expected,
    lead,
    numbers,
    submit,
)
from tests.scripted_server import ScriptedServer, Told

if TYPE_CHECKING:
    from alpha_swarm.connectors.clay.webhook import ClayWebhook
    from alpha_swarm.ledger.ledger import SqlLedger


def test_ten_records_go_out_in_one_call_and_are_awaited(
    connect: Connect, server: ScriptedServer, ledger: SqlLedger
) -> None:
    """Counted in records, with the lane's token and no key of ours; what the answer says is not read."""
    gate = NoGate()
    outcomes = submit(connect(gate))
    assert outcomes == [Done(request_id(one), {"lane": "main", "send": 1}) for one in LEADS]
    (asked,) = server.asked
    assert (asked.headers["x-clay-webhook-auth"], asked.headers["content-type"]) == (
        "t0ken",
        "application/json",
    )
    assert "authorization" not in asked.headers
    assert gate.entered == [Passage(target="clay", limit="clay.webhook", records=10)]
    assert book(ledger)["main"] == ("active", 10)
    assert expected(ledger) == dict.fromkeys(map(request_id, LEADS), "main")


@pytest.mark.parametrize("body", [b"", b"OK", b'{"success": true}', b"\xff"])
def test_any_body_of_a_2xx_will_do(clay: ClayWebhook, server: ScriptedServer, body: bytes) -> None:
    server.answers("POST", MAIN, Told(202, body))
    assert all(isinstance(outcome, Done) for outcome in submit(clay))


def test_a_lane_without_token_gets_no_header(connect: Connect, server: ScriptedServer) -> None:
    spare = LaneAddress(name="spare", url=server.url + SPARE)
    submit(connect(lanes=(spare,)))
    (asked,) = server.asked
    assert "x-clay-webhook-auth" not in asked.headers
    assert "authorization" not in asked.headers


def test_a_lead_that_is_sent_again_keeps_its_id_and_counts_again(
    clay: ClayWebhook, server: ScriptedServer, ledger: SqlLedger
) -> None:
    """Clay counts it as another record."""
    submit(clay, LEADS[:1])
    assert submit(clay, LEADS[:1]) == [Done(request_id(LEADS[0]), {"lane": "main", "send": 2})]
    first, second = (asked.json for asked in server.asked)
    assert (first["request_id"], first["attempt"], second["attempt"]) == (second["request_id"], 1, 2)
    assert book(ledger)["main"] == ("active", 2)


def test_records_are_sent_one_by_one_where_lists_are_not_taken(
    connect: Connect, server: ScriptedServer
) -> None:
    clay = connect(mode="single")
    assert clay.capabilities.submit_batch == 1
    submit(clay, LEADS[:2])
    assert [asked.json["request_id"] for asked in server.asked] == [request_id(one) for one in LEADS[:2]]


def test_calls_stay_below_the_bytes_that_are_allowed(connect: Connect, server: ScriptedServer) -> None:
    submit(connect(max_bytes=1500))
    assert len(server.asked) > 2
    assert max(len(asked.body) for asked in server.asked) <= 1500
    assert sum(numbers(server)) == 10


def test_a_record_that_is_too_large_alone_is_refused_unsent(
    connect: Connect, server: ScriptedServer, ledger: SqlLedger
) -> None:
    """And takes up no room."""
    large = lead("x" * 2000)
    outcomes = submit(connect(max_bytes=1500), [LEADS[0], large])
    assert isinstance(outcomes[0], Done)
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].cause == "payload_too_large"
    assert sum(numbers(server)) == 1
    assert book(ledger)["main"] == ("active", 1)
