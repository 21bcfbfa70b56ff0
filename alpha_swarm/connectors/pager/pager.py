"""Implements ``ports.notifier.Notifier``: messages by the rules of Standard Webhooks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from standardwebhooks import Webhook

from alpha_swarm.connectors.calls import Call, Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.verdicts import VerdictTable
from alpha_swarm.domain.moments import write_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.messages.notices import Message
    from alpha_swarm.ports.edge import Gate

#: Seconds to connect and for the whole answer: others wait in the queue behind a message.
_TIMEOUT = (5.0, 10.0)
_BEGUN, _OVER = "alert.begun", "alert.over"


class Pager:
    """Posts each alert when it begins and when it is over; one that comes twice has the same id."""

    def __init__(self, url: str, secret: str | None, gate: Gate, clock: Clock) -> None:
        """Without a ``secret`` (whsec_…) nothing shows whom a message is from."""
        parts = urlsplit(url)
        # The path may be a secret, and no header shows another.
        self._path = parts.path or "/"
        self._webhook = Webhook(secret) if secret else None
        self._clock = clock
        self._http = Http(_endpoint(f"{parts.scheme}://{parts.netloc}"), gate, clock)

    def check(self) -> str:
        """Nothing is asked: whatever is posted wakes somebody."""
        return "alerts are posted to ALERT_WEBHOOK_URL"

    def send(self, message: Message) -> None:
        """Post it."""
        now = self._clock.now()
        body = orjson.dumps(_body(message, now))
        headers = {"Content-Type": "application/json", **self._signed(message.key, now, body)}
        self._http.call(
            Call(
                operation="post an alert",
                method="POST",
                path=self._path,
                effect=False,
                limit=None,
                content=body,
                headers=headers,
                raw=True,
            )
        )

    def close(self) -> None:
        """Give back connections."""
        self._http.close()

    def _signed(self, key: str, now: datetime, body: bytes) -> Mapping[str, str]:
        # A full stop would end the id within what is signed.
        name = f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        headers = {"webhook-id": name, "webhook-timestamp": str(int(now.timestamp()))}
        if self._webhook is not None:
            headers["webhook-signature"] = self._webhook.sign(name, now, body.decode())
        return headers


def _body(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "type": _OVER if message.over else _BEGUN,
        "timestamp": write_moment(now),
        "data": {"level": message.level, "text": message.title, "facts": dict(message.facts)},
    }


def _endpoint(base_url: str) -> Endpoint:
    return Endpoint(
        target="pager",
        base_url=base_url,
        keys=("pager",),
        verdicts=VerdictTable({}),
        credentials=lambda _key: {},
        timeout=_TIMEOUT,
        pool=1,
    )
