"""Slack's two doors: one fails in plain text, the other with status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.sandbox.client import Client

HOOK = "/slack/services/T1/B1/secret"


def post(sandbox: Client, path: str, body: Any) -> requests.Response:
    """A call of either door."""
    return sandbox.session.post(f"{sandbox.base}{path}", json=body, timeout=60)


def test_a_webhook_answers_in_plain_text(sandbox: Client) -> None:
    """So does what it refuses."""
    answer = post(sandbox, HOOK, {"text": "hello"})
    assert (answer.status_code, answer.text) == (200, "ok")
    refused = [
        post(sandbox, path, body)
        for path, body in (
            (HOOK, {"blocks": []}),
            (HOOK, []),
            ("/slack/services/T1/B1/gone", {"text": "x"}),
            ("/slack/services/T1/archived/secret", {"text": "x"}),
        )
    ]
    assert [(one.status_code, one.text) for one in refused] == [
        (400, "no_text"),
        (400, "invalid_payload"),
        (404, "no_service"),
        (410, "channel_is_archived"),
    ]
    assert sandbox.ledger()["slack"]["messages"] == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"channel": "C1"}, "no_text"),
        ({"text": "x"}, "channel_not_found"),
        ({"channel": "archived", "text": "x"}, "is_archived"),
    ],
)
def test_the_web_api_says_no_with_status_200(sandbox: Client, body: dict[str, str], error: str) -> None:
    answer = post(sandbox, "/slack/api/chat.postMessage", body)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": error})


def test_a_key_that_is_not_known_is_refused_with_status_200(start: Callable[..., Client]) -> None:
    sandbox = start(slack_tokens=frozenset({"xoxb-other"}))
    answer = post(sandbox, "/slack/api/auth.test", {})
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_auth")


def test_messages_are_kept_with_their_threads(sandbox: Client) -> None:
    first = post(sandbox, "/slack/api/chat.postMessage", {"channel": "C1", "text": "one"}).json()
    post(sandbox, "/slack/api/chat.postMessage", {"channel": "C1", "text": "two", "thread_ts": first["ts"]})
    listed = sandbox.ledger(detail=True)["slack"]["message_list"]
    assert [(one["text"], one["thread_ts"]) for one in listed] == [("one", None), ("two", first["ts"])]


def test_a_channel_takes_a_message_a_second(start: Callable[..., Client]) -> None:
    """Others have a pace of their own, and the answer says how long to wait."""
    sandbox = start(limits=True)
    calls = [
        post(sandbox, "/slack/api/chat.postMessage", {"channel": c, "text": "x"}) for c in ("A", "A", "B")
    ]
    assert [one.status_code for one in calls] == [200, 429, 200]
    assert calls[1].json() == {"ok": False, "error": "ratelimited"}
    assert calls[1].headers["Retry-After"] == "1"


def test_a_message_is_changed_in_its_place(sandbox: Client) -> None:
    """Blocks that are not named stay; one that is not there is none."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "a"}}
    posted = {"channel": "C1", "text": "a", "blocks": [section]}
    ts = post(sandbox, "/slack/api/chat.postMessage", posted).json()["ts"]
    changed = post(sandbox, "/slack/api/chat.update", {"channel": "C1", "ts": ts, "text": "b"}).json()
    assert (changed["ok"], changed["ts"]) == (True, ts)
    (message,) = sandbox.ledger(detail=True)["slack"]["message_list"]
    assert (message["text"], message["blocks"], message["edited"]) == ("b", [section], 1)
    missing = {"channel": "C1", "ts": "1.2", "text": "b"}
    assert post(sandbox, "/slack/api/chat.update", missing).json()["error"] == "message_not_found"


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "unheard of"}],
        "no list",
        [{"type": "divider"}] * 51,
    ],
)
def test_blocks_that_the_vendor_would_not_take_are_refused(sandbox: Client, blocks: Any) -> None:
    body = {"channel": "C1", "text": "a", "blocks": blocks}
    assert post(sandbox, "/slack/api/chat.postMessage", body).json()["error"] == "invalid_blocks"


def test_where_there_is_no_button_nobody_presses_one(sandbox: Client) -> None:
    order = {"url": "http://127.0.0.1:9/", "secret": "s"}
    assert post(sandbox, "/_sandbox/slack/press", order).status_code == 404
    assert post(sandbox, "/_sandbox/slack/press", {}).status_code == 400
