"""Implements ``ports.notifier.Notifier``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from alpha_swarm.connectors.calls import Answer, Call, Endpoint, bearer
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.slack import facts
from alpha_swarm.connectors.slack.mapping import blocks_of, body_of, text_of
from alpha_swarm.errors import CredentialsRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.slack.settings import SlackConfig
    from alpha_swarm.domain.messages.notices import Message
    from alpha_swarm.ports.edge import Gate
    from alpha_swarm.ports.notifier import Notifier


class _User(BaseModel):
    id: str


class _Said(BaseModel):
    """What of an answer is of use."""

    ok: bool
    error: str = ""
    ts: str = ""
    channel: str = ""
    team: str = ""
    user: _User | str = ""


def slack(config: SlackConfig, gate: Gate, clock: Clock) -> Notifier:
    """The bot, where there is a token, else the webhook."""
    return SlackBot(config, gate, clock) if config.bot_token else SlackWebhook(config, gate, clock)


class SlackWebhook:
    """Posts into the one channel of an incoming webhook: no threads, nobody is told alone."""

    def __init__(self, config: SlackConfig, gate: Gate, clock: Clock) -> None:
        parts = urlsplit(config.webhook_url or "")
        # The path is the secret, and no header shows another.
        self._path = parts.path
        self._http = Http(_endpoint(f"{parts.scheme}://{parts.netloc}", "webhook", _no_header), gate, clock)

    def check(self) -> str:
        """There is nothing harmless to ask a webhook for."""
        return "an incoming webhook: plain messages; neither threads, messages to owners nor approvals"

    def send(self, message: Message) -> None:
        """Post it; what is for an owner alone was said in the channel already; nothing is replaced."""
        if message.owner is None and message.replaces is None:
            self._http.call(_call("post", self._path, json=body_of(message), raw=True))

    def close(self) -> None:
        """Give back connections."""
        self._http.close()


class SlackBot:
    """Posts as a bot, in threads and to single people too."""

    def __init__(self, config: SlackConfig, gate: Gate, clock: Clock) -> None:
        self._channel = config.channel
        self._http = Http(_endpoint(config.base_url, config.bot_token or "", bearer), gate, clock)
        self._users: dict[str, str | None] = {}

    def check(self) -> str:
        """Ask who we are."""
        call = _call("ask who we are", "/auth.test")
        answer = self._http.call(call)
        said = self._said(call, answer)
        if lacking := _lacking(answer.headers):
            raise CredentialsRefusedError(
                f"slack: the bot lacks {', '.join(lacking)}: add it to the app's scopes, and install it anew"
            )
        return f"a bot of {said.team or 'a workspace'}, writing to {self._channel}"

    def send(self, message: Message) -> str | None:
        """Post it: to its owner, into its thread, or into its channel; an unknown owner is passed over.

        The reference names channel and message.
        """
        if message.replaces is not None:
            return self._replace(message, message.replaces)
        channel = self._user(message.owner) if message.owner else message.channel or self._channel
        if channel is None:
            return None
        where, _, moment = (message.thread or "").partition(" ")
        # A thread lies in the channel of its first message.
        thread = {"channel": where, "thread_ts": moment} if moment and not message.owner else {}
        blocks = {"blocks": blocks_of(message)} if message.asks else {}
        body = body_of(message, channel=channel, **blocks) | thread
        said = self._ask(_call("post", "/chat.postMessage", json=body))
        return f"{said.channel} {said.ts}"

    def close(self) -> None:
        """Give back connections."""
        self._http.close()

    def _replace(self, message: Message, reference: str) -> str:
        """With blocks, so that its buttons go."""
        channel, _, moment = reference.partition(" ")
        body = {"channel": channel, "ts": moment, "text": text_of(message), "blocks": blocks_of(message)}
        self._ask(_call("change a message", "/chat.update", json=body))
        return reference

    def _user(self, email: str) -> str | None:
        if email not in self._users:
            call = _call("find a user", "/users.lookupByEmail", method="GET", params={"email": email})
            said = self._ask(call, facts.NOBODY)
            self._users[email] = said.user.id if isinstance(said.user, _User) else None
        return self._users[email]

    def _ask(self, call: Call, expected: str | None = None) -> _Said:
        return self._said(call, self._http.call(call), expected)

    def _said(self, call: Call, answer: Answer, expected: str | None = None) -> _Said:
        said = self._http.parsed(call, answer, _Said)
        if not said.ok and said.error != expected:
            raise self._http.verdict(call, Answer(answer.status, answer.headers, {"error": said.error}))
        return said


def _endpoint(base_url: str, key: str, credentials: Any) -> Endpoint:
    return Endpoint(
        target="slack",
        base_url=base_url,
        keys=(key,),
        verdicts=facts.VERDICTS,
        credentials=credentials,
        timeout=facts.TIMEOUT,
        pool=1,
    )


def _no_header(_key: str) -> Mapping[str, str]:
    return {}


def _lacking(headers: Mapping[str, str]) -> list[str]:
    """The scopes that the token has not, where the answer names those that it has."""
    said = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), None)
    return sorted(facts.SCOPES - {one.strip() for one in said.split(",")}) if said else []


def _call(operation: str, path: str, *, method: str = "POST", **more: Any) -> Call:
    """To say a thing twice is better than not at all, so each may be repeated."""
    return Call(operation=operation, method=method, path=path, effect=False, limit=facts.LIMIT, **more)
