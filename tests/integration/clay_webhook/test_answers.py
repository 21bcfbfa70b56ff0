"""What each answer comes to, over a real connection and with a real book of lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Refused
from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.errors import (
    RateLimitedError,
    RetryLaterError,
    UnavailableError,
)
from tests.doubles import ShutGate
from tests.scripted_server import Asked, ScriptedServer, Told, hang_up
from tests.unit.connectors.sending import closed_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.connectors.clay.webhook import ClayWebhook
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ledger.ledger import SqlLedger


from tests.integration.clay_webhook.sending import (
    LEADS,
    MAIN,
    OK,
    SPARE,
    Connect,
    book,
    expected,
    submit,
)


def refusing(status: int, *bad: Lead) -> Callable[[Asked], Told]:
    """A source that refuses any call with one of these."""
    ids = {request_id(one).encode() for one in bad}
    return lambda asked: Told(status, b"no") if any(one in asked.body for one in ids) else OK


@pytest.mark.parametrize(
    ("status", "cause"), [(400, "invalid_payload"), (422, "invalid_payload"), (413, "payload_too_large")]
)
def test_a_bad_record_is_found_by_halving(
    clay: ClayWebhook, server: ScriptedServer, ledger: SqlLedger, status: int, cause: str
) -> None:
    """The nine others are taken once each, and only they count."""
    server.answers("POST", MAIN, refusing(status, LEADS[3]))
    outcomes = submit(clay)
    assert [outcome.cause for outcome in outcomes if isinstance(outcome, Refused)] == [cause]
    assert isinstance(outcomes[3], Refused)
    assert sum(isinstance(outcome, Done) for outcome in outcomes) == 9
    assert book(ledger)["main"] == ("active", 9)
    assert request_id(LEADS[3]) not in expected(ledger)


@pytest.mark.parametrize("status", [400, 422])
def test_a_lane_that_refuses_every_record_is_left(
    clay: ClayWebhook, server: ScriptedServer, ledger: SqlLedger, status: int
) -> None:
    """So many bad records at once are none: nobody becomes a dead letter for it."""
    server.answers("POST", MAIN, Told(status))
    assert all(isinstance(outcome, Done) and outcome.detail["lane"] == "spare" for outcome in submit(clay))
    assert book(ledger) == {"main": ("paused", 0), "spare": ("active", 10)}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (404, "retired"),
        (410, "retired"),
        (401, "paused"),
        (403, "paused"),
        (402, "paused"),
        (405, "paused"),
        (302, "paused"),
    ],
)
def test_a_lane_that_is_of_no_use_is_left_for_the_next(
    clay: ClayWebhook, server: ScriptedServer, ledger: SqlLedger, status: int, state: str
) -> None:
    """Its room is given back, and a critical line says so, without address and token."""
    server.answers("POST", MAIN, Told(status, b"{}", {"Location": server.url + SPARE}))
    with capture_logs() as logs:
        outcomes = submit(clay)
    assert all(isinstance(outcome, Done) and outcome.detail["lane"] == "spare" for outcome in outcomes)
    assert book(ledger) == {"main": (state, 0), "spare": ("active", 10)}
    (alert,) = logs
    assert (alert["log_level"], alert["lane"], alert["state"]) == ("critical", "main", state)
    assert "s3cret" not in str(logs)
    assert "t0ken" not in str(logs)


@pytest.mark.parametrize(("headers", "after"), [({"Retry-After": "7"}, 7.0), ({}, 60.0)])
def test_a_429_waits_as_told_and_gives_the_room_back(
    clay: ClayWebhook, server: ScriptedServer, ledger: SqlLedger, headers: dict[str, str], after: float
) -> None:
    server.answers("POST", MAIN, Told(429, b"", headers))
    with pytest.raises(RateLimitedError) as limited:
        submit(clay)
    assert limited.value.after == after
    assert book(ledger)["main"] == ("active", 0)
    assert expected(ledger) == {}


def test_what_was_taken_before_a_429_stays_taken(
    connect: Connect, server: ScriptedServer, ledger: SqlLedger
) -> None:
    """The others come again, without having used up an attempt."""
    server.answers("POST", MAIN, OK, Told(429))
    outcomes = submit(connect(max_records=4))
    assert [type(outcome) for outcome in outcomes] == [Done] * 4 + [Again] * 6
    assert {outcome.burns_attempt for outcome in outcomes if isinstance(outcome, Again)} == {False}
    assert book(ledger)["main"] == ("active", 4)


@pytest.mark.parametrize("answer", [Told(500), Told(503), Told(408), hang_up])
def test_what_may_have_been_taken_stays_counted_and_awaited(
    clay: ClayWebhook, server: ScriptedServer, ledger: SqlLedger, answer: Told | Callable[[Asked], Told]
) -> None:
    """Nobody sends it a second time before its deadline."""
    server.answers("POST", MAIN, answer)
    assert [type(outcome) for outcome in submit(clay)] == [Doubt] * 10
    assert len(server.asked) == 1
    assert book(ledger)["main"] == ("active", 10)
    assert len(expected(ledger)) == 10


def test_without_a_connection_nothing_was_sent(connect: Connect, ledger: SqlLedger) -> None:
    """It may be repeated at once, and the text holds no address."""
    with pytest.raises(UnavailableError) as unsent:
        submit(connect(url=closed_port()))
    assert "s3cret" not in str(unsent.value)
    assert unsent.value.__context__ is None or "s3cret" not in str(unsent.value.__context__)
    assert book(ledger)["main"] == ("active", 0)
    assert expected(ledger) == {}


def test_a_shut_gate_takes_no_room(connect: Connect, server: ScriptedServer, ledger: SqlLedger) -> None:
    with pytest.raises(RetryLaterError):
        submit(connect(ShutGate()))
    assert server.asked == []
    assert book(ledger)["main"] == ("active", 0)
