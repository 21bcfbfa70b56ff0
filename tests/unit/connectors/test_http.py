"""What the one session makes of everything that can happen to a call."""

from __future__ import annotations

import socket
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses

from alpha_swarm import errors
from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.calls import Call, Endpoint, segment
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.verdicts import VerdictTable
from alpha_swarm.fence import fenced
from alpha_swarm.ports.edge import Exchange, Passage
from tests.doubles import NoGate, ShutGate
from tests.unit.connectors.broken_server import broken_server

if TYPE_CHECKING:
    from pathlib import Path

BASE = "https://api.example.com/v1"
CALL = Call(operation="add rows", method="POST", path="/rows", effect=True, limit="rows", records=3, json={})
SAFE = replace(CALL, effect=False)


def http(
    base_url: str = BASE, keys: tuple[str, ...] = ("current",), gate: NoGate | ShutGate | None = None
) -> Http:
    """A session with short deadlines."""
    endpoint = Endpoint(
        target="clay", base_url=base_url, keys=keys, verdicts=VerdictTable({}), timeout=(1.0, 0.3)
    )
    return Http(endpoint, gate or NoGate(), SystemClock())


@responses.activate
def test_it_sends_json_with_the_key_and_gives_back_the_answer() -> None:
    """The body is JSON, the key a bearer token, and the gate knows of the call and its records."""
    responses.post(f"{BASE}/rows", json={"a": 1}, status=201)
    gate = NoGate()
    answer = http(gate=gate).call(CALL)
    assert (answer.status, answer.body) == (201, {"a": 1})
    assert responses.calls[0].request.headers["Authorization"] == "Bearer current"
    assert gate.entered == [Passage(target="clay", limit="rows", records=3)]


@responses.activate
def test_a_shut_gate_sends_nothing() -> None:
    """The limit's own verdict passes through, and no request goes out."""
    with pytest.raises(errors.RateLimitedError):
        http(gate=ShutGate()).call(CALL)
    assert len(responses.calls) == 0


@responses.activate
def test_a_refused_key_is_replaced_once() -> None:
    """The next key is tried once, and stays."""
    responses.post(
        f"{BASE}/rows", status=401, match=[responses.matchers.header_matcher({"Authorization": "Bearer old"})]
    )
    responses.post(
        f"{BASE}/rows", json={}, match=[responses.matchers.header_matcher({"Authorization": "Bearer new"})]
    )
    session = http(keys=("old", "new"))
    session.call(CALL)
    session.call(CALL)
    assert [call.request.headers["Authorization"][-3:] for call in responses.calls] == ["old", "new", "new"]


@responses.activate
@pytest.mark.parametrize("keys", [("one",), ("one", "two"), ("one", "two", "three")])
def test_keys_that_are_all_refused_halt(keys: tuple[str, ...]) -> None:
    """One try for the current key and one for the next, then a person is needed."""
    responses.post(f"{BASE}/rows", status=401, json={"error": {"code": "unauthorized", "message": "x"}})
    with pytest.raises(errors.CredentialsRefusedError, match="clay add rows answered 401 unauthorized"):
        http(keys=keys).call(CALL)
    assert len(responses.calls) == min(len(keys), 2)


@responses.activate
def test_redirects_are_not_followed() -> None:
    """They could carry the key elsewhere."""
    elsewhere = {"Location": "https://elsewhere.example.com/"}
    responses.post(f"{BASE}/rows", status=307, headers=elsewhere, body="<html>")
    with pytest.raises(errors.WrongAddressError):
        http().call(CALL)
    assert len(responses.calls) == 1


@pytest.mark.parametrize(
    "base_url", ["http://api.example.com", "ftp://127.0.0.1.example.com", "api.example.com"]
)
def test_only_loopback_may_do_without_tls(base_url: str) -> None:
    """Any other base URL without https is refused."""
    with pytest.raises(ValueError, match="https"):
        http(base_url)


def test_a_closed_port_means_that_nothing_was_sent() -> None:
    """Even for a call with an effect."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(errors.UnavailableError):
        http(f"http://127.0.0.1:{port}").call(CALL)


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
def test_a_lost_answer_to_an_effect_is_an_unknown_outcome(how: str) -> None:
    """It was sent, so it may have happened."""
    answer, reset, silent = BROKEN[how]
    with broken_server(answer, reset=reset, silent=silent) as url, pytest.raises(errors.OutcomeUnknownError):
        http(url).call(CALL)


def heard(url: str, **how: Any) -> Exchange:
    """What the gate hears of a call that went wrong."""
    gate = NoGate()
    with pytest.raises(errors.AlphaSwarmError):
        http(url, gate=gate).call(replace(CALL, **how))
    ((_, exchange),) = gate.left
    return exchange


def test_the_gate_hears_of_silence_and_of_refusals() -> None:
    """And of no connection: all of these the other side answers for."""
    answer, reset, silent = BROKEN["silence"]
    with broken_server(answer, reset=reset, silent=silent) as url:
        silence = heard(url)
    assert (silence.status, silence.asked) == (None, True)
    with broken_server(b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n") as url:
        refusal = heard(url)
    assert (refusal.status, refusal.asked) == (503, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nobody = heard(f"http://127.0.0.1:{port}")
    assert (nobody.status, nobody.asked) == (None, True)


@responses.activate
def test_what_was_never_sent_is_not_laid_at_the_other_sides_door() -> None:
    """A lease that was lost on the way."""
    with fenced(lambda: True):
        assert not heard(BASE).asked
    assert len(responses.calls) == 0


def test_nor_are_values_that_no_json_carries() -> None:
    """They never leave the process."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert not heard(f"http://127.0.0.1:{port}", json={"number": float("nan")}).asked


@pytest.mark.parametrize("how", BROKEN)
def test_a_lost_answer_to_a_repeatable_call_is_asked_for_again(how: str) -> None:
    """Nothing is lost by repeating it."""
    answer, reset, silent = BROKEN[how]
    with broken_server(answer, reset=reset, silent=silent) as url, pytest.raises(errors.RetryLaterError):
        http(url).call(SAFE)


def test_a_trickle_does_not_outlast_the_deadline() -> None:
    """Each byte comes in time, the whole would take ten seconds."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b" " * 98 + b"{}"
    started = time.monotonic()
    with broken_server(answer, pause=0.1) as url, pytest.raises(errors.OutcomeUnknownError):
        http(url).call(CALL)
    assert time.monotonic() - started < 5


@responses.activate
@pytest.mark.parametrize("body", ["[" * 100_000, "[1" + ",1" * 1_000_000 + "]"])
def test_an_answer_that_is_too_deep_or_too_large_is_like_a_502(body: str) -> None:
    """Neither fills the memory nor ends the process."""
    responses.post(f"{BASE}/rows", body=body)
    with pytest.raises(errors.OutcomeUnknownError):
        http().call(replace(CALL, cap=1_000_000))


@responses.activate
def test_an_error_shows_neither_address_nor_values_nor_key() -> None:
    """Wherever the error ends up, in its chain of causes too."""
    responses.get(
        f"{BASE}/find", body=requests.ConnectionError("https://api.example.com/?email=ann@acme.com")
    )
    call = Call(
        operation="find",
        method="GET",
        path="/find",
        effect=False,
        limit=None,
        params={"email": "ann@acme.com"},
    )
    with pytest.raises(errors.RetryLaterError) as caught:
        http().call(call)
    shown = "".join(traceback.format_exception(caught.value)) + repr(call)
    assert "ann@" not in shown
    assert "current" not in repr(http()._endpoint)


@responses.activate
def test_a_vendors_text_is_not_repeated() -> None:
    """Only its code is, and only when it looks like one."""
    error = {"error": {"code": "ann@acme.com is bad", "message": "ann@acme.com"}}
    responses.post(f"{BASE}/rows", status=400, json=error)
    with pytest.raises(errors.GiveUpError) as caught:
        http().call(CALL)
    assert str(caught.value) == "clay add rows answered 400"


@responses.activate
def test_cookies_are_not_kept() -> None:
    """No state travels from call to call."""
    responses.post(f"{BASE}/rows", json={}, headers={"Set-Cookie": "a=b; Path=/"})
    session = http()
    session.call(CALL)
    session.call(CALL)
    assert "Cookie" not in responses.calls[1].request.headers


@responses.activate
def test_a_password_in_netrc_does_not_replace_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The session reads no password but ours."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example.com login a password b\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    responses.post(f"{BASE}/rows", json={})
    http().call(CALL)
    assert responses.calls[0].request.headers["Authorization"] == "Bearer current"


@responses.activate
def test_the_gate_hears_how_every_call_went() -> None:
    """With its status and headers, or without them where no answer came."""
    gate = NoGate()
    responses.post(f"{BASE}/rows", json={}, headers={"X-Remaining": "7"})
    responses.post(f"{BASE}/rows", body=requests.ConnectionError())
    session = http(gate=gate)
    session.call(CALL)
    with pytest.raises(errors.OutcomeUnknownError):
        session.call(CALL)
    assert [(passage.target, exchange.status) for passage, exchange in gate.left] == [
        ("clay", 200),
        ("clay", None),
    ]
    assert gate.left[0][1].headers["x-remaining"] == "7"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_an_id_never_names_another_path(value: str) -> None:
    """Dots would climb to the parent."""
    with pytest.raises(errors.GiveUpError):
        segment(value)


def test_an_id_stays_one_segment() -> None:
    """Slashes and queries are escaped."""
    assert segment("a/../b?c#d") == "a%2F..%2Fb%3Fc%23d"


@pytest.mark.parametrize("keys", [(), ("",), ("a\n",), ("good", "a b"), ("schlüssel",)])
def test_a_key_that_fits_into_no_header_is_refused_at_once(keys: tuple[str, ...]) -> None:
    """And not with each call; the text does not show it."""
    with pytest.raises(ValueError, match=r"^a key is needed, of plain characters without blanks$"):
        http(keys=keys)
