"""Slack's interactions: a form with JSON in it; of all that Slack can tell only our two buttons matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson

from alpha_swarm.domain.messages.approvals import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/webhooks/slack/actions"
_APPROVES: Mapping[str, bool] = {"approve": True, "decline": False}
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[A-Z0-9]{1,40}")
_MOMENT = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")


class UnfitActionError(ValueError):
    """This is nothing that Slack sends."""


def read_answer(body: bytes) -> Answer | None:
    """Who answered what; ``None`` where it is no button of ours.

    Raises:
        UnfitActionError: it is no interaction.
    """
    payload = _payload(body)
    for action in _listed(payload, "actions"):
        approval_id, user = _text(action, "value"), _text(_inner(payload, "user"), "id")
        approves = _APPROVES.get(_text(action, "action_id"))
        if (
            approves is not None
            and _ID.fullmatch(approval_id)
            and _USER.fullmatch(user)
            and (reference := _reference(payload))
        ):
            return Answer(approval_id=approval_id, approves=approves, user=user, reference=reference)
    return None


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        (text,) = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)["payload"]
        payload = orjson.loads(text)
    except (ValueError, KeyError):
        # The text of it may quote whoever wrote it.
        raise UnfitActionError from None
    if not isinstance(payload, dict):
        raise UnfitActionError
    return payload


def _reference(payload: Mapping[str, Any]) -> str | None:
    """The message of the button, as the connector names it."""
    container = _inner(payload, "container")
    channel, moment = _text(container, "channel_id"), _text(container, "message_ts")
    fits = _CHANNEL.fullmatch(channel) and _MOMENT.fullmatch(moment)
    return f"{channel} {moment}" if fits else None


def _listed(payload: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = payload.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _inner(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _text(payload: Mapping[str, Any], name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""
