"""The transport ``webhook`` over a real connection and a real book of lanes: what each answer comes to."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from ulid import ULID

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.webhook import ClayWebhook
from alpha_swarm.connectors.clay.webhook_settings import WebhookConfig
from alpha_swarm.domain.effect import Again, Done, Doubt, Refused
from alpha_swarm.domain.lanes import Margins
from alpha_swarm.domain.lead import Lead, LeadInput
from alpha_swarm.domain.requests import request_id, row_token
from alpha_swarm.domain.states import Priority, SourceType, State
from alpha_swarm.errors import (
    GiveUpError,
    HaltError,
    RateLimitedError,
    RetryLaterError,
    UnavailableError,
)
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.tables import lane_rows, lanes
from alpha_swarm.ports.edge import Passage
from alpha_swarm.ports.lanes import LaneAddress
from tests.doubles import NoGate, ShutGate
from tests.integration.ledger.actors import config
from tests.scripted_server import Asked, ScriptedServer, Told, hang_up, scripted_server, told
from tests.unit.connectors.sending import closed_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from alpha_swarm.domain.effect import Outcome

KEY = b"a key for tests"
MAIN, SPARE = "/sources/main-s3cret", "/sources/spare-s3cret"
OK = Told(200, b"Thanks!")


def lead(first_name: str = "Ada") -> Lead:
    """Somebody."""
    given = LeadInput(
        email="ada@works.example",
        first_name=first_name,
        source_type=SourceType.DIRECT,
        source_name="test",
        scraped_at=datetime(2026, 1, 15, tzinfo=UTC),
    )
    return Lead(
        id=str(ULID()),
        generation=1,
        state=State.RECEIVED,
        priority=Priority.NORMAL,
        input=given,
        external_ids={},
    )


LEADS = [lead() for _ in range(10)]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Clay's side, which takes everything unless it is told otherwise."""
    with scripted_server() as server:
        server.answers("POST", MAIN, OK)
        server.answers("POST", SPARE, OK)
        yield server


@pytest.fixture
def ledger(sqlite_template: Path, tmp_path: Path) -> Iterator[SqlLedger]:
    """A ledger of its own."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    ledger = SqlLedger(config(f"sqlite:///{tmp_path / 'ledger.db'}"))
    yield ledger
    ledger.close()


@pytest.fixture
def connect(server: ScriptedServer, ledger: SqlLedger) -> Iterator[Callable[..., ClayWebhook]]:
    """Connectors of two lanes: ``connect(gate, max_bytes=…)``."""
    opened: list[ClayWebhook] = []

    def begin(gate: NoGate | ShutGate | None = None, url: str | None = None, **more: Any) -> ClayWebhook:
        main = LaneAddress(name="main", url=(url or server.url) + MAIN, token="t0ken")
        both = (main, LaneAddress(name="spare", url=server.url + SPARE))
        settings = WebhookConfig(**{"key": KEY, "lanes": both, **more})
        opened.append(ClayWebhook(settings, gate or NoGate(), ledger.lanes, SystemClock()))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


@pytest.fixture
def clay(connect: Callable[..., ClayWebhook]) -> ClayWebhook:
    """As the settings are without being set."""
    return connect()


def submit(clay: ClayWebhook, leads: list[Lead] = LEADS) -> list[Outcome]:
    """What becomes of each, in their order."""
    outcomes = clay.submit(leads, "key")
    return [outcomes[one.id] for one in leads]


def book(ledger: SqlLedger) -> dict[str, tuple[str, int]]:
    """Lane → (state, used)."""
    with ledger.read() as tx:
        return {row.name: (row.state, row.used) for row in tx.session.rows(select(lanes))}


def expected(ledger: SqlLedger) -> dict[str, str]:
    """Request id → lane of what is awaited."""
    with ledger.read() as tx:
        return {row.request_id: row.lane for row in tx.session.rows(select(lane_rows))}


def numbers(server: ScriptedServer, path: str = MAIN) -> list[int]:
    """How many records each call held."""
    bodies = [asked.json for asked in server.asked_for("POST", path)]
    return [len(body) if isinstance(body, list) else 1 for body in bodies]


def test_ten_records_go_out_in_one_call_and_are_awaited(
    connect: Callable[..., ClayWebhook], server: ScriptedServer, ledger: SqlLedger
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


def test_a_lane_without_token_gets_no_header(
    connect: Callable[..., ClayWebhook], server: ScriptedServer
) -> None:
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
    connect: Callable[..., ClayWebhook], server: ScriptedServer
) -> None:
    clay = connect(mode="single")
    assert clay.capabilities.submit_batch == 1
    submit(clay, LEADS[:2])
    assert [asked.json["request_id"] for asked in server.asked] == [request_id(one) for one in LEADS[:2]]


def test_calls_stay_below_the_bytes_that_are_allowed(
    connect: Callable[..., ClayWebhook], server: ScriptedServer
) -> None:
    submit(connect(max_bytes=1500))
    assert len(server.asked) > 2
    assert max(len(asked.body) for asked in server.asked) <= 1500
    assert sum(numbers(server)) == 10


def test_a_record_that_is_too_large_alone_is_refused_unsent(
    connect: Callable[..., ClayWebhook], server: ScriptedServer, ledger: SqlLedger
) -> None:
    """And takes up no room."""
    large = lead("x" * 2000)
    outcomes = submit(connect(max_bytes=1500), [LEADS[0], large])
    assert isinstance(outcomes[0], Done)
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].cause == "payload_too_large"
    assert sum(numbers(server)) == 1
    assert book(ledger)["main"] == ("active", 1)


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
    connect: Callable[..., ClayWebhook], server: ScriptedServer, ledger: SqlLedger
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


def test_without_a_connection_nothing_was_sent(
    connect: Callable[..., ClayWebhook], ledger: SqlLedger
) -> None:
    """It may be repeated at once, and the text holds no address."""
    with pytest.raises(UnavailableError) as unsent:
        submit(connect(url=closed_port()))
    assert "s3cret" not in str(unsent.value)
    assert unsent.value.__context__ is None or "s3cret" not in str(unsent.value.__context__)
    assert book(ledger)["main"] == ("active", 0)
    assert expected(ledger) == {}


def test_a_shut_gate_takes_no_room(
    connect: Callable[..., ClayWebhook], server: ScriptedServer, ledger: SqlLedger
) -> None:
    with pytest.raises(RetryLaterError):
        submit(connect(ShutGate()))
    assert server.asked == []
    assert book(ledger)["main"] == ("active", 0)


def test_a_lane_at_its_margin_gives_way_within_one_call(
    connect: Callable[..., ClayWebhook], server: ScriptedServer, ledger: SqlLedger
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


def test_the_doctor_is_told_what_room_is_left(connect: Callable[..., ClayWebhook], ledger: SqlLedger) -> None:
    clay = connect(margins=Margins(limit=8, warn_at=6, stop_at=6))
    assert clay.check() == "2 of 2 lanes can take 12 records"
    ledger.lanes.pause("main")
    ledger.lanes.pause("spare")
    with pytest.raises(HaltError, match="2 paused"):
        clay.check()


def callback(one: Lead, **more: Any) -> bytes:
    """What a column sends."""
    own = {"request_id": request_id(one), "callback_token": row_token(KEY, request_id(one))}
    return json.dumps({**own, "email_work": "a@b.co", **more}).encode()


def test_a_callback_with_its_token_is_a_result(clay: ClayWebhook) -> None:
    (row,) = clay.parse(callback(LEADS[0]))
    assert (row.lead_id, row.values) == (LEADS[0].id, {"email_work": "a@b.co"})


@pytest.mark.parametrize("token", ["", None, "x" * 32, row_token(KEY, request_id(LEADS[1])), "ü"])
def test_a_callback_without_its_own_token_is_forged(clay: ClayWebhook, token: str | None) -> None:
    """Another row's token is none."""
    with pytest.raises(GiveUpError) as refused:
        clay.parse(callback(LEADS[0], callback_token=token))
    assert refused.value.cause == "forged"


def test_where_rows_without_token_are_let_in_a_wrong_one_still_is_not(
    connect: Callable[..., ClayWebhook],
) -> None:
    clay = connect(tokenless=True)
    assert len(clay.parse(callback(LEADS[0], callback_token=""))) == 1
    with pytest.raises(GiveUpError):
        clay.parse(callback(LEADS[0], callback_token="x"))


def test_what_is_no_row_is_unreadable(clay: ClayWebhook) -> None:
    with pytest.raises(GiveUpError) as refused:
        clay.parse(told({"title": "VP"}).body)
    assert refused.value.cause == "invalid_webhook"
