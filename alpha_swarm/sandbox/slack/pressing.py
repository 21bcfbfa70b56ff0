"""`POST /_sandbox/slack/press`: somebody presses a button, and Slack tells whom it is to tell."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.sandbox.clay.post import Poster

if TYPE_CHECKING:
    from starlette.requests import Request

    from alpha_swarm.sandbox.slack.messages import Messages, Posted

#: Slack gives up then.
_TIMEOUT_SECONDS = 3.0


class Press(BaseModel):
    """What is pressed, by whom, and how Slack tells of it."""

    model_config = ConfigDict(extra="forbid")

    url: str
    secret: str
    """What it is signed with."""
    action_id: str | None = None
    """The button; the first one if left out."""
    ts: str | None = None
    """The message; the latest with a button if left out."""
    user: str = "U024BE7LH"
    value: str | None = None
    """In place of the button's own."""
    age: float = Field(default=0.0)
    """Seconds that the signature is old."""
    forged: bool = False
    """Whether the body was changed after it was signed."""


class Pressing:
    """A handler for whoever runs the sandbox."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._pressed = 0

    def routes(self) -> list[Route]:
        """The route."""
        return [Route("/_sandbox/slack/press", self._press, methods=["POST"])]

    async def _press(self, request: Request) -> Response:
        try:
            press = Press.model_validate_json(await request.body())
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        posted = next((one for one in self._messages.posted if one.ts == press.ts), None)
        posted = posted or (self._messages.with_button() if press.ts is None else None)
        button = posted.button(press.action_id) if posted else None
        if posted is None or button is None:
            return JSONResponse({"error": "there is no such button"}, status_code=404)
        self._pressed += 1
        return JSONResponse({"status": await self._tell(press, posted, button)})

    async def _tell(self, press: Press, posted: Posted, button: dict[str, Any]) -> int | None:
        """The status of the answer, `None` where there was none in time."""
        body = urlencode({"payload": json.dumps(_payload(press, posted, button))}).encode()
        timestamp = f"{time.time() - press.age:.0f}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": _signature(press.secret, timestamp, body),
        }
        poster = Poster()
        try:
            return await poster.post(
                press.url, headers, body + b"+" if press.forged else body, _TIMEOUT_SECONDS
            )
        except OSError:
            return None
        finally:
            poster.close()


def _payload(press: Press, posted: Posted, button: dict[str, Any]) -> dict[str, Any]:
    """With all that is personal, as Slack sends it."""
    channel = {"id": posted.channel, "name": "sales"}
    return {
        "type": "block_actions",
        "user": {"id": press.user, "username": "rep", "name": "rep", "team_id": "T1"},
        "api_app_id": "A1",
        "token": "deprecated",
        "container": {"type": "message", "message_ts": posted.ts, "channel_id": posted.channel},
        "trigger_id": "1.2.3",
        "team": {"id": "T1", "domain": "sandbox"},
        "channel": channel,
        "message": {"type": "message", "ts": posted.ts, "text": posted.text, "blocks": posted.blocks},
        "response_url": "https://hooks.slack.com/actions/T1/1/x",
        "actions": [{**button, "value": press.value or button["value"], "block_id": "b", "action_ts": "1.2"}],
    }


def _signature(secret: str, timestamp: str, body: bytes) -> str:
    text = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
