"""How the public API refuses: a status and one message, without a code."""

from __future__ import annotations

import math

from alpha_swarm.sandbox.exchange import Refusal, Reply

_TOO_MANY = 429


def failure(status: int, message: str, seconds: float) -> Reply:
    """The error body of the contract; a 429 always says when to come back."""
    headers = {"Retry-After": str(max(1, math.ceil(seconds)))} if status == _TOO_MANY else {}
    return Reply(status, {"message": message}, headers)


def refuse(status: int, message: str) -> Refusal:
    """The same, to be raised."""
    return Refusal(failure(status, message, 0.0))
