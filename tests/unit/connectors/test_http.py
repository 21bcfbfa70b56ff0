"""What becomes of everything that can happen to a call, whether it goes alone or beside others."""

from __future__ import annotations

import socket
import time
import traceback
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alpha_swarm import errors
from alpha_swarm.connectors.calls import Call, segment
from alpha_swarm.ports.edge import Passage
from tests.doubles import NoGate, ShutGate
from tests.scripted_server import ScriptedServer, Told, hang_up, told
from tests.unit.connectors.broken_server import broken_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.connectors.conftest import Open, Send

CALL = Call(operation="add rows", method="POST", path="/rows", effect=True, limit="rows", records=3, json={})
SAFE = replace(CALL, effect=False)


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


def closed_port() -> str:
    """The address of nobody."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


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


@pytest.mark.parametrize("body", [b"[" * 100_000, b"[1" + b",1" * 1_000_000 + b"]"])
def test_an_answer_that_is_too_deep_or_too_large_is_like_a_502(
    send: Send, server: ScriptedServer, open_http: Open, body: bytes
) -> None:
    """Neither fills the memory nor ends the process."""
    server.answers("POST", "/rows", Told(200, body))
    with pytest.raises(errors.OutcomeUnknownError):
        send(open_http(server.url), replace(CALL, cap=1_000_000))


@pytest.mark.parametrize("value", [{1, 2}, "\ud83d", 1 << 64])
def test_what_json_has_no_word_for_is_given_up_unsent(
    send: Send, server: ScriptedServer, open_http: Open, value: object
) -> None:
    with pytest.raises(errors.GiveUpError) as caught:
        send(open_http(server.url), replace(CALL, json={"value": value}))
    assert caught.value.cause == "invalid_input"
    assert server.asked == []


def test_a_number_that_is_none_is_sent_as_nothing(
    send: Send, server: ScriptedServer, open_http: Open
) -> None:
    server.answers("POST", "/rows", told({}))
    send(open_http(server.url), replace(CALL, json=[float("nan"), float("inf")]))
    assert server.asked[0].json == [None, None]


@pytest.mark.parametrize("answer", [b"what?\r\n\r\n", b"", None])
def test_an_error_shows_neither_address_nor_values_nor_key(
    send: Send, open_http: Open, answer: bytes | None
) -> None:
    """Wherever the error ends up, and whatever hangs on it: no HTTP, no answer, and no connection."""
    call = replace(SAFE, operation="find", method="GET", json=None, params={"email": "ann@acme.com"})
    with nullcontext(closed_port()) if answer is None else broken_server(answer) as url:
        http = open_http(url)
        with pytest.raises(errors.AlphaSwarmError) as caught:
            send(http, call)
    shown = "".join(traceback.format_exception(caught.value)) + repr(call) + repr(http._endpoint)
    shown += "".join(map(repr, hanging_on(caught.value)))
    assert not [secret for secret in ("ann@", "acme", "current") if secret in shown]


def hanging_on(error: BaseException | None) -> Iterator[BaseException]:
    """What an error tells of what came before it, shown or not."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def test_a_vendors_text_is_not_repeated(send: Send, server: ScriptedServer, open_http: Open) -> None:
    """Only its code is, and only when it looks like one."""
    error = {"error": {"code": "ann@acme.com is bad", "message": "ann@acme.com"}}
    server.answers("POST", "/rows", told(error, 400))
    with pytest.raises(errors.GiveUpError) as caught:
        send(open_http(server.url), CALL)
    assert str(caught.value) == "clay add rows answered 400"


def test_cookies_are_not_kept(send: Send, server: ScriptedServer, open_http: Open) -> None:
    """No state travels from call to call."""
    server.answers("POST", "/rows", Told(headers={"Set-Cookie": "a=b; Path=/"}))
    http = open_http(server.url)
    send(http, CALL)
    send(http, CALL)
    assert ["cookie" in asked.headers for asked in server.asked] == [False, False]


def test_a_password_in_netrc_does_not_replace_the_key(
    send: Send, server: ScriptedServer, open_http: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No password is read but ours."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answers("POST", "/rows", told({}))
    send(open_http(server.url), CALL)
    assert server.asked[0].headers["authorization"] == "Bearer current"


def test_the_gate_hears_how_every_call_went(send: Send, server: ScriptedServer, open_http: Open) -> None:
    """With its status and headers, or without them where no answer came."""
    server.answers("POST", "/rows", Told(headers={"X-Remaining": "7"}), hang_up)
    gate = NoGate()
    http = open_http(server.url, gate=gate)
    send(http, CALL)
    with pytest.raises(errors.OutcomeUnknownError):
        send(http, CALL)
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
def test_a_key_that_fits_into_no_header_is_refused_at_once(open_http: Open, keys: tuple[str, ...]) -> None:
    """And not with each call; the text does not show it."""
    with pytest.raises(ValueError, match=r"^a key is needed, of plain characters without blanks$"):
        open_http("https://api.example.com", keys=keys)
