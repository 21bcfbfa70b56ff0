"""What a call never does: believe, send or show what it should not."""

from __future__ import annotations

import traceback
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alpha_swarm import errors
from alpha_swarm.connectors.calls import segment
from tests.doubles import NoGate
from tests.scripted_server import ScriptedServer, Told, hang_up, told
from tests.unit.connectors.broken_server import broken_server
from tests.unit.connectors.sending import CALL, SAFE, closed_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.connectors.sending import Open, Send


@pytest.mark.parametrize("body", [b"[" * 100_000, b"[1" + b",1" * 1_000_000 + b"]"])
def test_an_answer_that_is_too_deep_or_too_large_is_like_a_502(
    send: Send, server: ScriptedServer, open_http: Open, body: bytes
) -> None:
    """Neither fills the memory nor ends the process."""
    server.answers("POST", "/rows", Told(200, body))
    with pytest.raises(errors.OutcomeUnknownError):
        send(open_http(server.url), replace(CALL, cap=1_000_000))


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), float("inf")])
def test_what_json_has_no_word_for_is_given_up_unsent(
    send: Send, server: ScriptedServer, open_http: Open, value: object
) -> None:
    with pytest.raises(errors.GiveUpError) as caught:
        send(open_http(server.url), replace(CALL, json={"value": value}))
    assert caught.value.cause == "invalid_input"
    assert server.asked == []


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
