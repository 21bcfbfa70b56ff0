"""What becomes of everything that can happen to a call, whether it goes alone or beside others."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm import errors
from alpha_swarm.fence import fenced
from alpha_swarm.ports.edge import Exchange, Passage
from tests.doubles import NoGate, ShutGate
from tests.scripted_server import ScriptedServer, Told, hang_up, told
from tests.unit.connectors.broken_server import broken_server
from tests.unit.connectors.sending import CALL, SAFE, closed_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.connectors.sending import Open, Send


def test_it_sends_json_with_the_key_and_gives_back_the_answer(
    send: Send, server: ScriptedServer, open_http: Open
) -> None:
    """The body is JSON, the key a bearer token, and the gate knows of the call and its records."""
    server.answers("POST", "/v1/rows", told({"a": 1}, 201))
    gate = NoGate()
    call = replace(CALL, json={"name": "Zoë"}, params={"q": "a b&c"}, headers={"Idempotency-Key": "k"})
    answer = send(open_http(f"{server.url}/v1/", gate=gate), call)
    assert (answer.status, answer.body) == (201, {"a": 1})
    (asked,) = server.asked
    assert (asked.json, asked.query) == ({"name": "Zoë"}, {"q": "a b&c"})
    assert asked.headers["authorization"] == "Bearer current"
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "k"
    assert gate.entered == [Passage(target="clay", limit="rows", records=3)]


def test_a_shut_gate_sends_nothing(send: Send, server: ScriptedServer, open_http: Open) -> None:
    """The limit's own verdict passes through, and no request goes out."""
    with pytest.raises(errors.RateLimitedError):
        send(open_http(server.url, gate=ShutGate()), CALL)
    assert server.asked == []


def test_a_refused_key_is_replaced_once(send: Send, server: ScriptedServer, open_http: Open) -> None:
    """The next key is tried once, and stays."""
    server.answers(
        "POST",
        "/rows",
        lambda asked: told({}, 401 if asked.headers["authorization"] == "Bearer old" else 200),
    )
    http = open_http(server.url, keys=("old", "new"))
    send(http, CALL)
    send(http, CALL)
    assert [asked.headers["authorization"][-3:] for asked in server.asked] == ["old", "new", "new"]


@pytest.mark.parametrize("keys", [("one",), ("one", "two"), ("one", "two", "three")])
def test_keys_that_are_all_refused_halt(
    send: Send, server: ScriptedServer, open_http: Open, keys: tuple[str, ...]
) -> None:
    """One try for the current key and one for the next, then a person is needed."""
    server.answers("POST", "/rows", told({"error": {"code": "unauthorized", "message": "x"}}, 401))
    with pytest.raises(errors.CredentialsRefusedError, match="clay add rows answered 401 unauthorized"):
        send(open_http(server.url, keys=keys), CALL)
    assert len(server.asked) == min(len(keys), 2)


def test_redirects_are_not_followed(send: Send, server: ScriptedServer, open_http: Open) -> None:
    """They could carry the key elsewhere."""
    server.answers("POST", "/rows", Told(307, b"<html>", {"Location": f"{server.url}/elsewhere"}))
    with pytest.raises(errors.WrongAddressError):
        send(open_http(server.url), CALL)
    assert [asked.path for asked in server.asked] == ["/rows"]


@pytest.mark.parametrize(
    "base_url", ["http://api.example.com", "ftp://127.0.0.1.example.com", "api.example.com"]
)
def test_only_loopback_may_do_without_tls(open_http: Open, base_url: str) -> None:
    """Any other base URL without https is refused."""
    with pytest.raises(ValueError, match="https"):
        open_http(base_url)


def test_a_closed_port_means_that_nothing_was_sent(send: Send, open_http: Open) -> None:
    """Even for a call with an effect."""
    with pytest.raises(errors.UnavailableError):
        send(open_http(closed_port()), CALL)


def test_a_server_that_proves_not_who_it_is_hears_nothing(
    send: Send, server: ScriptedServer, open_http: Open
) -> None:
    """Nor one without any certificate: nothing was sent, even for a call with an effect."""
    with pytest.raises((errors.UnavailableError, errors.OutcomeUnknownError)):
        send(open_http(server.url.replace("http:", "https:")), CALL)
    assert server.asked == []


BROKEN = {
    "closed without an answer": (b"", False, False),
    "reset": (b"HTTP/1.1 200 OK\r\n", True, False),
    "truncated": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", False, False),
    "silence": (b"", False, True),
    "silence in the middle": (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", False, True),
    "no HTTP": (b"what?\r\n\r\n", False, False),
    "no gzip": (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", False, False),
    "empty": (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", False, False),
    "HTML": (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", False, False),
    "NaN": (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nNaN", False, False),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_lost_answer_to_an_effect_is_an_unknown_outcome(send: Send, open_http: Open, how: str) -> None:
    """It was sent, so it may have happened."""
    answer, reset, silent = BROKEN[how]
    with broken_server(answer, reset=reset, silent=silent) as url, pytest.raises(errors.OutcomeUnknownError):
        send(open_http(url), CALL)


@pytest.fixture
def heard(send: Send, open_http: Open) -> Callable[..., Exchange]:
    """What the gate hears of a call to an address that goes wrong, however it is sent."""

    def hear(url: str, **how: Any) -> Exchange:
        gate = NoGate()
        with pytest.raises(errors.AlphaSwarmError):
            send(open_http(url, gate=gate), replace(CALL, **how))
        ((_, exchange),) = gate.left
        return exchange

    return hear


def test_the_gate_hears_of_silence_and_of_refusals(heard: Callable[..., Exchange]) -> None:
    """And of no connection: all of these the other side answers for."""
    answer, reset, silent = BROKEN["silence"]
    with broken_server(answer, reset=reset, silent=silent) as url:
        silence = heard(url)
    assert (silence.status, silence.asked) == (None, True)
    with broken_server(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n") as url:
        refusal = heard(url)
    assert (refusal.status, refusal.asked) == (503, True)
    absence = heard(closed_port())
    assert (absence.status, absence.asked) == (None, True)


def test_what_was_never_sent_is_not_laid_at_the_other_sides_door(
    heard: Callable[..., Exchange], server: ScriptedServer
) -> None:
    """A lease that was lost on the way."""
    with fenced(lambda: True):
        assert not heard(server.url).asked
    assert server.asked == []


def test_nor_are_values_that_no_json_carries(heard: Callable[..., Exchange]) -> None:
    """They never leave the process."""
    assert not heard(closed_port(), json={"number": float("nan")}).asked


@pytest.mark.parametrize("how", BROKEN)
def test_a_lost_answer_to_a_repeatable_call_is_asked_for_again(send: Send, open_http: Open, how: str) -> None:
    """Nothing is lost by repeating it."""
    answer, reset, silent = BROKEN[how]
    with broken_server(answer, reset=reset, silent=silent) as url, pytest.raises(errors.RetryLaterError):
        send(open_http(url), SAFE)


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE"])
def test_no_call_is_repeated_behind_our_back(
    send: Send, server: ScriptedServer, open_http: Open, method: str
) -> None:
    """Not even one that is the same twice: the gate would not know of it, nor the fence be asked."""
    gate = NoGate()
    http = open_http(server.url, gate=gate)
    server.answers(method, "/rows", told({}), hang_up)
    call = replace(SAFE, method=method)
    send(http, call)
    with pytest.raises(errors.RetryLaterError):
        send(http, call)
    assert len(server.asked) == len(gate.entered) == 2


def test_a_connection_that_the_other_side_has_closed_is_not_used_again(
    send: Send, server: ScriptedServer, open_http: Open
) -> None:
    """A server may close what is idle without a word; no call is lost over it."""
    server.answers("POST", "/rows", told({}))
    http = open_http(server.url)
    for _ in range(3):
        send(http, CALL)
        server.close_connections()
    assert len(server.asked) == 3


def test_a_trickle_does_not_outlast_the_deadline(send: Send, open_http: Open) -> None:
    """Each byte comes in time, the whole would take ten seconds."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 98 + b"{}"
    started = time.monotonic()
    with broken_server(answer, pause=0.1) as url, pytest.raises(errors.OutcomeUnknownError):
        send(open_http(url), CALL)
    assert time.monotonic() - started < 5
