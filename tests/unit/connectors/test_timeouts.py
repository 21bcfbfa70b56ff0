"""How long is waited for what, and what outlasts what."""

from __future__ import annotations

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.clay import facts
from alpha_swarm.connectors.verdicts import VerdictTable
from alpha_swarm.domain.calls.breaker import BreakerRules
from alpha_swarm.pipeline.effects.leases import LEASE_SECONDS
from alpha_swarm.queueing.worker import LAST_SECONDS
from alpha_swarm.supervision.supervisor import DRAIN_SECONDS
from workers.base import LANDING_SECONDS, PATIENCE_SECONDS

USUAL = Endpoint(target="x", base_url="https://example.com", keys=("k",), verdicts=VerdictTable({})).timeout


def test_connecting_takes_5_s_a_request_30_s_and_an_export_120_s_at_most() -> None:
    assert USUAL == (5.0, 30.0)
    assert facts.EXPORT_TIMEOUT == (5.0, 120.0)


def test_a_call_has_failed_when_it_is_given_up_and_a_probe_outlasts_it() -> None:
    rules = BreakerRules()
    assert rules.failed_seconds == USUAL[1]
    assert sum(USUAL) < rules.probe_seconds < LEASE_SECONDS


def test_25_s_after_sigterm_what_is_under_way_is_given_up_and_the_supervisor_waits_for_longer() -> None:
    assert PATIENCE_SECONDS + LANDING_SECONDS <= LAST_SECONDS <= 25.0 < DRAIN_SECONDS
