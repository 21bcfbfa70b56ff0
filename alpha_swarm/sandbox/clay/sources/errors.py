"""How a webhook source refuses."""

from __future__ import annotations

import math

from alpha_swarm.sandbox.exchange import Refusal, Reply


def failure(status: int, message: str, seconds: float) -> Reply:
    """A message; a 429 names the seconds to wait, where there are any."""
    named = status == 429 and seconds > 0  # noqa: PLR2004 - the one status that knows of time
    return Reply(status, {"message": message}, {"Retry-After": str(math.ceil(seconds))} if named else {})


def refusal(status: int, message: str, seconds: float = 0.0) -> Refusal:
    """The same as the end of a handler."""
    return Refusal(failure(status, message, seconds))
