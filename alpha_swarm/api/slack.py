"""``POST /webhooks/slack/actions``: what people answer in Slack, verified and durable before the answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from alpha_swarm.api.bodies import read_body
from alpha_swarm.api.crm.answers import in_time
from alpha_swarm.api.crm.sent import Sent, require
from alpha_swarm.api.problems import Problem
from alpha_swarm.inbound.slack import PATH, UnfitActionError, read_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr
    from starlette.requests import Request

    from alpha_swarm.api.crm.sent import Check
    from alpha_swarm.api.group_commit import GroupCommit
    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.messages.approvals import Answer

_MOST_BYTES = 1 << 20
#: Slack gives up after three seconds, and tells the person that it did not work.
_SECONDS = 2.5
_WINDOW_SECONDS = 300
_DIGITS = re.compile("[0-9]{1,11}")


class SlackSignature:
    """``v0=<hex HMAC over version, time and raw body>``."""

    def __init__(self, secrets: Sequence[SecretStr], clock: Clock) -> None:
        self._secrets = [secret.get_secret_value().encode() for secret in secrets]
        self._clock = clock

    @property
    def missing(self) -> str | None:
        """The secret."""
        return None if self._secrets else "SLACK_SIGNING_SECRET"

    def accepts(self, sent: Sent) -> bool:
        """By one of the secrets, within five minutes before or after now."""
        timestamp = sent.headers.get("x-slack-request-timestamp", "")
        if not _DIGITS.fullmatch(timestamp):
            return False
        if abs(self._clock.now().timestamp() - int(timestamp)) > _WINDOW_SECONDS:
            return False
        shown = sent.headers.get("x-slack-signature", "").encode("latin-1", "replace")
        right = [_signature(secret, timestamp, sent.body) for secret in self._secrets]
        return sum(hmac.compare_digest(shown, one) for one in right) > 0


def route(check: Check, group: GroupCommit[Answer, None]) -> Route:
    """A plain route; whoever is refused is not told why."""

    async def take(request: Request) -> Response:
        body = await read_body(request, _MOST_BYTES)
        require(check, Sent(target=PATH, headers=request.headers, body=body), "SLACK_SIGNING_SECRET")
        try:
            answer = read_answer(body)
        except UnfitActionError:
            raise Problem(HTTPStatus.BAD_REQUEST, "unfit_body", "this is no interaction") from None
        if answer is not None:
            await in_time(asyncio.wrap_future(group.submit(answer, len(body))), _SECONDS)
        # Slack would show any text in place of the message.
        return Response(status_code=HTTPStatus.OK)

    return Route(PATH, take, methods=["POST"])


def _signature(secret: bytes, timestamp: str, body: bytes) -> bytes:
    text = b"v0:" + timestamp.encode() + b":" + body
    return b"v0=" + hmac.new(secret, text, hashlib.sha256).hexdigest().encode()
