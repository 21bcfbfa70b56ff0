"""A request as its sender signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import structlog

from alpha_swarm.api.problems import Problem
from alpha_swarm.api.refusals import refused

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a verdict needs to know."""

    target: str
    """Path and query as they came."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes


class Check(Protocol):
    """Who a delivery is from."""

    @property
    def missing(self) -> str | None:
        """The variable without which nobody can come in; ``None`` where nothing is missing."""
        ...

    def accepts(self, sent: Sent) -> bool:
        """Whether it is the sender's, and of now."""
        ...


def require(check: Check, sent: Sent, variable: str) -> None:
    """Whoever is refused is not told why; ``variable`` is that of the sender's secret.

    Raises:
        Problem: 401.
    """
    if check.missing is not None:
        log.warning("door_not_configured", variable=check.missing)
    elif check.accepts(sent):
        return
    refused(variable)
    raise Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", "not accepted")
