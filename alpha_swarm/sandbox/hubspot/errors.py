"""HubSpot's error answers: `{status, message, correlationId, category}`, and a shape of its own for a 429."""

from __future__ import annotations

import json
import uuid
from typing import Any

from alpha_swarm.sandbox.exchange import Refusal, Reply

NOT_FOUND = "OBJECT_NOT_FOUND"
INVALID = "VALIDATION_ERROR"
_CATEGORIES = {
    400: INVALID,
    401: "INVALID_AUTHENTICATION",
    403: "MISSING_SCOPES",
    404: NOT_FOUND,
    409: "CONFLICT",
}
_HOUR = 3600.0
_TOO_MANY = 429


class Fault(Exception):  # noqa: N818 - an answer of the imitated service, no error of ours
    """What is wrong with one record: the whole answer, or one of the errors of a 207."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = _body(status, message) | more

    def refusal(self) -> Refusal:
        """As the answer to the whole call."""
        return Refusal(Reply(self.status, self.body))


def failure(status: int, message: str, seconds: float) -> Reply:
    """The vendor's error body; a 429 names the policy whose window has `seconds` left."""
    return Reply(status, _too_many(seconds) if status == _TOO_MANY else _body(status, message))


def invalid(message: str) -> Refusal:
    """400 for the call as a whole."""
    return Fault(400, message).refusal()


def invalid_properties(problems: list[dict[str, str]]) -> Fault:
    """400 for one record; the problems stand as JSON within the message."""
    listing = [{"isValid": False, **problem} for problem in problems]
    return Fault(400, f"Property values were not valid: {json.dumps(listing, separators=(',', ':'))}")


def missing(record_id: str) -> Fault:
    """404 for one record."""
    text = "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."
    return Fault(404, text, context={"ids": [record_id]})


def conflict(record_id: str, category: str) -> Fault:
    """409 for an e-mail that another contact has; the newer category comes without the id."""
    if category == "CONFLICT":
        return Fault(409, f"Contact already exists. Existing ID: {record_id}")
    return Fault(409, "Contact already exists.", category=category, error="CONTACT_EXISTS")


def _too_many(seconds: float) -> dict[str, Any]:
    policy = "DAILY" if seconds >= _HOUR else "TEN_SECONDLY_ROLLING" if seconds > 1 else "SECONDLY"
    return {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": str(uuid.uuid4()),
        "policyName": policy,
        "requestId": uuid.uuid4().hex,
    }


def _body(status: int, message: str) -> dict[str, Any]:
    return {
        "status": "error",
        "message": message,
        "correlationId": str(uuid.uuid4()),
        "category": _CATEGORIES.get(status, "INTERNAL_ERROR" if status >= 500 else INVALID),  # noqa: PLR2004 - the class of server errors
    }
