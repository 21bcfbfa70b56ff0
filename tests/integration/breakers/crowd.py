"""Sixteen processes call a target that is down; what each of them did, by one clock."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination import breaker
from alpha_swarm.coordination.breaker import Breakers
from alpha_swarm.coordination.breaker_gate import BreakerGate
from alpha_swarm.coordination.breaker_memory import TRUSTED_SECONDS
from alpha_swarm.coordination.connection import connect
from alpha_swarm.domain.calls.breaker import BreakerRules
from alpha_swarm.errors import BreakerOpenError
from alpha_swarm.ports.edge import Exchange, Passage
from tests.doubles import NoGate

if TYPE_CHECKING:
    from collections.abc import Iterable

WORKERS = 16
RULES = BreakerRules(open_seconds=0.5, probe_seconds=20.0)
#: The breaker reckons in whole milliseconds.
ROUNDING = 0.002


class Span(NamedTuple):
    """A call that was let through."""

    asked: float
    begun: float
    told: float
    """Its failure is known by then."""


def call_for(url: str, seconds: float, *, alone: bool) -> list[Span]:
    """Call as often as one may; every call fails. ``alone``: by a breaker of its own, which is the fault."""
    if alone:
        breaker.KEY = f"{breaker.KEY}:{os.getpid()}"
    with connect(url) as connection:
        gate = BreakerGate(Breakers(connection, RULES), NoGate(), SystemClock())
        end = time.monotonic() + seconds
        spans: list[Span] = []
        while time.monotonic() < end:
            spans += _call(gate)
        return spans


def _call(gate: BreakerGate) -> list[Span]:
    passage = Passage(target="down", limit=None)
    asked = time.monotonic()
    try:
        gate.enter(passage)
    except BreakerOpenError as refused:
        time.sleep(min(refused.seconds, 0.01))
        return []
    begun = time.monotonic()
    gate.leave(passage, Exchange(status=503, seconds=0.01, headers={}))
    return [Span(asked, begun, time.monotonic())]


def after_opening(spans: Iterable[Span]) -> list[Span]:
    """The calls that an open breaker let through, in their order.

    It was open when the tenth failure had been told; by an answer from before that a call may go for as long
    as answers are trusted.
    """
    ordered = sorted(spans, key=lambda span: span.begun)
    opened = sorted(span.told for span in ordered)[RULES.volume - 1]
    return [span for span in ordered if span.asked > opened + TRUSTED_SECONDS]


def too_soon(probes: list[Span]) -> int:
    """Those that began before the breaker can have been half-open again after the one before them."""
    least = RULES.open_seconds - ROUNDING
    return sum(later.begun - earlier.begun < least for earlier, later in pairwise(probes))
