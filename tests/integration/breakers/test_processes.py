"""Sixteen real processes and one breaker; and what a breaker of each process's own would do."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.breaker import Breakers
from alpha_swarm.domain.calls.breaker import BreakerRules
from tests.integration.breakers.crowd import RULES, WORKERS, Span, after_opening, call_for, too_soon
from tests.integration.together import in_processes

if TYPE_CHECKING:
    from redis import Redis

    from alpha_swarm.coordination.embedded import EmbeddedServer

pytestmark = pytest.mark.acceptance

PROBER = """
import sys
from alpha_swarm.coordination.breaker import Breakers
from alpha_swarm.coordination.connection import connect
from alpha_swarm.domain.calls.breaker import BreakerRules
with connect(sys.argv[1]) as connection:
    breakers = Breakers(connection, BreakerRules(probe_seconds=float(sys.argv[2])))
    print(breakers.act("dying", "enter", "prober").may_go, flush=True)
    sys.stdin.read()
"""


def crowd(server: EmbeddedServer, seconds: float, *, alone: bool) -> list[Span]:
    """All calls of sixteen processes."""
    answers = in_processes(partial(call_for, alone=alone), [(server.url, seconds)] * WORKERS)
    return list(chain.from_iterable(answers))


@pytest.mark.usefixtures("shared")
def test_sixteen_processes_send_one_call_for_each_time_it_is_half_open(embedded: EmbeddedServer) -> None:
    """While it is open none begins, but by an answer of the last fifth of a second before it opened."""
    probes = after_opening(crowd(embedded, 6.0, alone=False))
    assert len(probes) > 3.0 / RULES.open_seconds, "it was tried again and again"
    assert too_soon(probes) == 0


@pytest.mark.usefixtures("shared")
@pytest.mark.long
def test_a_breaker_of_each_process_is_found_out(embedded: EmbeddedServer) -> None:
    """The test above is worth something: sixteen breakers try sixteen times as often."""
    assert too_soon(after_opening(crowd(embedded, 2.0, alone=True))) >= WORKERS


def test_a_prober_that_is_killed_holds_the_others_up_no_longer_than_its_lease(
    embedded: EmbeddedServer, shared: Redis
) -> None:
    """Nobody else is let through before; then one is."""
    shared.delete("alpha-swarm:{gate}:breakers")
    rules = BreakerRules(probe_seconds=1.0)
    with subprocess.Popen(  # noqa: S603 - the test's own program
        [sys.executable, "-c", PROBER, embedded.url, str(rules.probe_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        before = time.monotonic()
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        after = time.monotonic()
        process.kill()
    survivor = Breakers(shared, rules)
    while not survivor.act("dying", "enter", "survivor").may_go:
        assert time.monotonic() < after + rules.probe_seconds + 5.0, "a busy machine may take seconds"
        time.sleep(0.01)
    assert time.monotonic() - before >= rules.probe_seconds
    assert not survivor.act("dying", "enter", "third").may_go
