"""GoHighLevel's error answers: `{statusCode, message, error}`, where a 422 has a list of messages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from alpha_swarm.sandbox.exchange import Refusal, Reply


def failure(status: int, message: str, _seconds: float) -> Reply:
    """The vendor's error body; it names no time to wait, its rate headers do."""
    text: str | list[str] = [message] if status == HTTPStatus.UNPROCESSABLE_ENTITY else message
    return Reply(status, _body(status, text))


def unprocessable(messages: list[str]) -> Refusal:
    """422 with every fault of the body."""
    return Refusal(Reply(422, _body(422, messages)))


def bad_request(message: str, **more: Any) -> Refusal:
    """400, with `meta` where a duplicate is named."""
    return Refusal(Reply(400, _body(400, message) | more))


def _body(status: int, message: str | list[str]) -> dict[str, Any]:
    known = {one.value: one.phrase for one in HTTPStatus}
    return {"statusCode": status, "message": message, "error": known.get(status, "Error")}
