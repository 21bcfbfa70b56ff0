"""Slack's two doors, and all the ways in which they say no."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests
import responses

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.slack.facts import LONGEST_TEXT
from alpha_swarm.connectors.slack.settings import SlackConfig
from alpha_swarm.connectors.slack.slack import slack
from alpha_swarm.domain.messages.notices import Message
from alpha_swarm.errors import (
    CredentialsRefusedError,
    GiveUpError,
    RateLimitedError,
    RetryLaterError,
    WrongAddressError,
)
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.doubles import NoGate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.ports.notifier import Notifier

POST = "https://slack.com/api/chat.postMessage"
HOOK = "https://hooks.slack.com/services/T1/B1/very-secret"
TOKEN = "xoxb-1"
HELLO = Message(title="Hello")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """A workspace that knows one bot, one channel and all but one e-mail."""
    settings = SandboxSettings(
        limits=False,
        slack_tokens=frozenset({"xoxb-1"}),
        slack_channels=frozenset({"C1"}),
        slack_strangers=frozenset({"nobody@sales.example"}),
    )
    with running(settings) as url:
        yield url


@contextmanager
def notifier(**given: Any) -> Iterator[Notifier]:
    """The connector."""
    made = slack(SlackConfig(**given), NoGate(), SystemClock())
    try:
        yield made
    finally:
        made.close()


@contextmanager
def bot(url: str, token: str = TOKEN, channel: str = "C1") -> Iterator[Notifier]:
    """A bot of the sandbox."""
    with notifier(bot_token=token, channel=channel, base_url=f"{url}/slack/api") as made:
        yield made


def messages(url: str) -> list[dict[str, Any]]:
    """What stands in Slack."""
    found: list[dict[str, Any]] = requests.request(
        "GET", f"{url}/_sandbox/ledger?detail=1", timeout=60
    ).json()["slack"]["message_list"]
    return found


def test_nothing_in_a_message_is_a_link_a_mention_or_a_command(sandbox: str) -> None:
    """Whatever a company calls itself: one line, escaped, cut."""
    facts = [("company", "<!channel> & <http://x.example|you>\nnext\x00"), ("long", "<" * 5000)]
    with notifier(webhook_url=f"{sandbox}/slack/services/T1/B1/secret") as hook:
        assert hook.send(Message(title="New", facts=facts)) is None
    _, company, long = messages(sandbox)[-1]["text"].split("\n")
    assert company == "company: &lt;!channel&gt; &amp; &lt;http://x.example|you&gt; next"
    assert long == "long: " + "&lt;" * 299 + "…"


def test_a_text_is_cut_before_slack_would(sandbox: str) -> None:
    facts = [(str(number), "x" * 400) for number in range(100)]
    with notifier(webhook_url=f"{sandbox}/slack/services/T1/B1/secret") as hook:
        hook.send(Message(title="New", facts=facts))
    assert len(messages(sandbox)[-1]["text"]) == LONGEST_TEXT


def test_a_bot_answers_in_threads_and_tells_people_alone(sandbox: str) -> None:
    with bot(sandbox) as made:
        first = made.send(HELLO)
        made.send(Message(title="More", thread=first))
        made.send(Message(title="You", owner="rep@sales.example", thread=first))
    one, two, three = messages(sandbox)[-3:]
    assert two["thread_ts"] == one["ts"]
    assert (three["channel"][0], three["thread_ts"]) == ("U", None)


def test_a_question_has_two_buttons_which_go_with_its_answer(sandbox: str) -> None:
    """In the same message; whoever answered is mentioned, and nobody else can be."""
    with bot(sandbox) as made:
        reference = made.send(Message(title="May it?", asks="01ID"))
        asked = messages(sandbox)[-1]
        told = Message(title="May it? <@U2>", replaces=reference, by="U024BE7LH")
        assert made.send(told) == reference
    buttons = asked["blocks"][1]["elements"]
    assert [(one["action_id"], one["value"]) for one in buttons] == [("approve", "01ID"), ("decline", "01ID")]
    (changed,) = [one for one in messages(sandbox) if one["ts"] == asked["ts"]]
    assert [block["type"] for block in changed["blocks"]] == ["section"]
    assert changed["text"] == "*May it? &lt;@U2&gt;*\nby: <@U024BE7LH>"
    assert changed["blocks"][0]["text"]["text"] == changed["text"]


def test_a_message_that_is_gone_cannot_be_changed(sandbox: str) -> None:
    with bot(sandbox) as made, pytest.raises(GiveUpError, match="message_not_found"):
        made.send(Message(title="x", replaces="C1 1.2"))


def test_an_owner_whom_slack_does_not_know_is_passed_over(sandbox: str) -> None:
    """And asked for once."""
    before = len(messages(sandbox))
    with bot(sandbox) as made:
        assert [made.send(Message(title="You", owner="nobody@sales.example")) for _ in range(2)] == [
            None,
            None,
        ]
    assert len(messages(sandbox)) == before


def test_a_webhook_says_nothing_to_owners_alone(sandbox: str) -> None:
    """The channel has heard it."""
    before = len(messages(sandbox))
    with notifier(webhook_url=f"{sandbox}/slack/services/T1/B1/secret") as hook:
        hook.send(Message(title="You", owner="rep@sales.example"))
        hook.send(Message(title="Changed", replaces="C1 1.2"))
        assert "neither threads" in hook.check()
    assert len(messages(sandbox)) == before


def test_a_bot_says_where_it_writes(sandbox: str) -> None:
    with bot(sandbox) as made:
        assert made.check() == "a bot of Sandbox, writing to C1"


@pytest.mark.parametrize(
    ("token", "channel", "verdict"),
    [("xoxb-2", "C1", CredentialsRefusedError), ("xoxb-1", "C9", WrongAddressError)],
)
def test_success_by_status_is_none_by_content(
    sandbox: str, token: str, channel: str, verdict: type[Exception]
) -> None:
    with bot(sandbox, token, channel) as made, pytest.raises(verdict):
        made.send(HELLO)


@responses.activate
@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        ("ratelimited", RateLimitedError),
        ("token_revoked", CredentialsRefusedError),
        ("missing_scope", CredentialsRefusedError),
        ("not_in_channel", WrongAddressError),
        ("internal_error", RetryLaterError),
        ("msg_too_long", GiveUpError),
        ("something_new", GiveUpError),
    ],
)
def test_each_error_of_the_web_api_has_its_verdict(error: str, verdict: type[Exception]) -> None:
    responses.add("POST", POST, json={"ok": False, "error": error})
    with notifier(bot_token="xoxb-1", channel="C1") as made, pytest.raises(verdict, match=error):
        made.send(HELLO)


@responses.activate
@pytest.mark.parametrize(
    ("status", "text", "verdict"),
    [
        (400, "invalid_payload", GiveUpError),
        (403, "action_prohibited", CredentialsRefusedError),
        (404, "no_service", WrongAddressError),
        (410, "channel_is_archived", WrongAddressError),
        (500, "rollup_error", RetryLaterError),
    ],
)
def test_each_error_of_a_webhook_has_its_verdict_and_none_names_its_address(
    status: int, text: str, verdict: type[Exception]
) -> None:
    """Whoever knows it can write there."""
    responses.add("POST", HOOK, body=text, status=status)
    with notifier(webhook_url=HOOK) as hook, pytest.raises(verdict) as caught:
        hook.send(HELLO)
    assert "secret" not in f"{caught.value} {caught.value!r}"


@responses.activate
def test_too_fast_waits_as_long_as_slack_says() -> None:
    responses.add("POST", HOOK, body="rate_limited", status=429, headers={"Retry-After": "7"})
    with notifier(webhook_url=HOOK) as hook, pytest.raises(RateLimitedError) as caught:
        hook.send(HELLO)
    assert caught.value.after == 7


def test_secrets_stand_in_no_text() -> None:
    config = SlackConfig(webhook_url=HOOK, bot_token="xoxb-very-secret")
    assert "secret" not in repr(config)
