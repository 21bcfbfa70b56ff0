"""Slack as a service: its two doors, its limit of a message a second, and its part of the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Operation, Refusal, Reply, Service
from alpha_swarm.sandbox.limits import Limit
from alpha_swarm.sandbox.slack.messages import Messages, are_fit

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings
    from alpha_swarm.sandbox.slack.messages import Posted

#: A message a second in each channel.
_PACE = Limit("slack", 1, 1)
#: Whatever begins so is a direct message.
_MEMBER = "U"
_ARCHIVED = "archived"


class Slack:
    """A workspace with any channel that somebody names."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self.messages = Messages()

    def services(self) -> tuple[Service, ...]:
        """Webhooks, which fail in plain text, and the Web API, which fails with status 200."""
        hook = Operation(
            "webhook", "POST", "/{team}/{app}/{secret}", self._hook, _PACE, lambda call: call.path["app"]
        )
        calls = (
            Operation("postMessage", "POST", "/chat.postMessage", self._post, _PACE, _channel),
            Operation("update", "POST", "/chat.update", self._update),
            Operation("lookupByEmail", "GET", "/users.lookupByEmail", self._look_up),
            Operation("test", "POST", "/auth.test", self._test, raw=True),
        )
        return (
            Service("slack", "/slack/services", (hook,), lambda _call: None, _in_words, lambda *_: {}),
            Service("slack", "/slack/api", calls, self._admit, _with_ok, lambda *_: {}),
        )

    def reset(self) -> None:
        """An empty workspace."""
        self.messages.posted.clear()

    def _admit(self, call: Call) -> None:
        known = self._settings.slack_tokens
        if not call.token:
            raise Refusal(_no("not_authed"))
        if known and call.token not in known:
            raise Refusal(_no("invalid_auth"))

    def _hook(self, call: Call) -> Reply:
        body = call.body if isinstance(call.body, dict) else None
        if body is None:
            return _in_words(400, "invalid_payload", 0.0)
        if not body.get("text"):
            return _in_words(400, "no_text", 0.0)
        if call.path["secret"] == "gone":  # noqa: S105 - what stands in the path
            return _in_words(404, "no_service", 0.0)
        if call.path["app"] == _ARCHIVED:
            return _in_words(410, "channel_is_archived", 0.0)
        self._keep(call.path["app"], body, call.now)
        return Reply(200, "ok", media_type="text/plain")

    def _post(self, call: Call) -> Reply:
        body = call.body if isinstance(call.body, dict) else {}
        channel, text = body.get("channel"), body.get("text")
        if not isinstance(text, str) or not text:
            return _no("no_text")
        if not isinstance(channel, str) or not self._is_member_of(channel):
            return _no("channel_not_found")
        if channel == _ARCHIVED:
            return _no("is_archived")
        if not are_fit(body.get("blocks")):
            return _no("invalid_blocks")
        posted = self._keep(channel, body, call.now)
        return Reply(200, {"ok": True, "channel": posted.channel, "ts": posted.ts})

    def _update(self, call: Call) -> Reply:
        body = call.body if isinstance(call.body, dict) else {}
        posted = self.messages.find(body.get("channel"), body.get("ts"))
        if posted is None:
            return _no("message_not_found")
        if not isinstance(body.get("text"), str) or not body["text"]:
            return _no("no_text")
        if not are_fit(body.get("blocks")):
            return _no("invalid_blocks")
        self.messages.change(posted, body)
        return Reply(200, {"ok": True, "channel": posted.channel, "ts": posted.ts, "text": body["text"]})

    def _look_up(self, call: Call) -> Reply:
        email = call.query.get("email", "")
        if "@" not in email or email in self._settings.slack_strangers:
            return _no("users_not_found")
        return Reply(200, {"ok": True, "user": {"id": _member(email)}})

    def _test(self, _call: Call) -> Reply:
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self._settings.slack_scopes))}
        return Reply(200, {"ok": True, "team": "Sandbox", "user": "alpha-swarm"}, scopes)

    def _is_member_of(self, channel: str) -> bool:
        known = self._settings.slack_channels
        return not known or channel in known or channel.startswith(_MEMBER)

    def _keep(self, channel: str, body: dict[str, Any], now: float) -> Posted:
        posted = self.messages.post(channel, body, now)
        self._log.record("slack", "message", channel)
        return posted


def _member(email: str) -> str:
    return _MEMBER + hashlib.sha256(email.encode()).hexdigest()[:10].upper()


def _channel(call: Call) -> str:
    return str(call.body.get("channel")) if isinstance(call.body, dict) else ""


def _no(error: str) -> Reply:
    """Nothing happened, and the status says otherwise."""
    return Reply(200, {"ok": False, "error": error})


def _in_words(status: int, message: str, seconds: float) -> Reply:
    return Reply(status, _code(message), _wait(status, seconds), media_type="text/plain")


def _with_ok(status: int, message: str, seconds: float) -> Reply:
    return Reply(status, {"ok": False, "error": _code(message)}, _wait(status, seconds))


def _code(message: str) -> str:
    """As Slack writes its errors."""
    return "ratelimited" if message == "too many requests" else message.replace(" ", "_")


def _wait(status: int, seconds: float) -> dict[str, str]:
    too_many = status == HTTPStatus.TOO_MANY_REQUESTS
    return {"Retry-After": str(max(1, round(seconds)))} if too_many else {}


def ledger(slack: Slack, log: Log, *, detail: bool) -> dict[str, Any]:
    """Slack's part of `GET /_sandbox/ledger`."""
    sums: dict[str, Any] = {
        "messages": len(slack.messages.posted),
        "rate_limited": log.count("slack", "rate_limited"),
        "calls": dict(log.tally("slack", "call")),
    }
    if detail:
        sums["message_list"] = [asdict(one) for one in slack.messages.posted]
    return sums
