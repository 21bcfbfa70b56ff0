"""Salesforce's error answers: an array of `{message, errorCode}`, except where tokens are asked for."""

from __future__ import annotations

from typing import Any

from alpha_swarm.sandbox.exchange import Refusal, Reply

Problem = dict[str, Any]

_CODES = {
    400: "INVALID_FIELD_VALUE",
    401: "INVALID_SESSION_ID",
    403: "INSUFFICIENT_ACCESS",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    414: "URI_TOO_LONG",
    500: "UNKNOWN_EXCEPTION",
    503: "SERVER_UNAVAILABLE",
}
_TOO_MANY = 429


def failure(status: int, message: str, _seconds: float) -> Reply:
    """The vendor's error body; a limit is a 403 that names no time to wait."""
    if status == _TOO_MANY:
        return answer(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    return answer(status, _CODES.get(status, "UNKNOWN_EXCEPTION"), message)


def answer(status: int, code: str, message: str) -> Reply:
    """An error as the whole answer."""
    return Reply(status, [{"message": message, "errorCode": code}])


def refusal(status: int, code: str, message: str) -> Refusal:
    """The same to end a handler with."""
    return Refusal(answer(status, code, message))


def problem(code: str, message: str, *fields: str) -> Problem:
    """What is wrong with one record."""
    return {"statusCode": code, "message": message, "fields": list(fields)}


def token_failure(status: int, message: str, _seconds: float) -> Reply:
    """The token door's error body, as OAuth has it."""
    return Reply(status, {"error": "invalid_request", "error_description": message})


def token_refused(error: str, description: str) -> Refusal:
    """400 of the token door."""
    return Refusal(Reply(400, {"error": error, "error_description": description}))
