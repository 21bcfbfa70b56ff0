"""Clay's error answers."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Any

from alpha_swarm.sandbox.exchange import Refusal, Reply

_CODES = {
    400: "invalid_input",
    401: "unauthorized",
    402: "quota_exceeded",
    403: "quota_exceeded",
    404: "not_found",
    429: "rate_limited",
    500: "internal",
    502: "provider_error",
    504: "provider_timeout",
}


def timestamp(moment: float) -> str:
    """Unix time as ISO 8601 in UTC, with milliseconds and a Z."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def failure(status: int, message: str, seconds: float) -> Reply:
    """The error body of the contract, with what belongs to the status: Retry-After, quota or provider."""
    error: dict[str, Any] = {"code": _CODES.get(status, "internal"), "message": message}
    headers = {}
    if status == 429:  # noqa: PLR2004 - the status codes are the table above
        headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    if status in {402, 403}:
        error |= {"quota_remaining": 0, "resets_at": timestamp(time.time() + seconds)}
    if status in {502, 504}:
        error["provider"] = "apollo"
    return Reply(status, {"error": error}, headers)


def invalid(message: str) -> Refusal:
    """400: the request as a whole is wrong."""
    return Refusal(failure(400, message, 0.0))


def unknown(what: str) -> Refusal:
    """404: no such table or row."""
    return Refusal(failure(404, f"{what} not found", 0.0))


def bad_rows(problems: list[dict[str, Any]]) -> Refusal:
    """400 that names every bad row, by index, field and message."""
    error = {"code": "invalid_input", "message": f"{len(problems)} bad values", "row_errors": problems}
    return Refusal(Reply(400, {"error": error}))


def quota_exceeded(remaining: float, resets_at: float) -> Refusal:
    """403: the credits do not cover the call."""
    error = {
        "code": "quota_exceeded",
        "message": "credits exhausted",
        "quota_remaining": remaining,
        "resets_at": timestamp(resets_at),
    }
    return Refusal(Reply(403, {"error": error}))
