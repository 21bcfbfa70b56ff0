"""A target that is down is left alone, costs no lead an attempt, and is tried by one call before the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.breaker import Breakers, inaugurate_breakers
from alpha_swarm.coordination.breaker_gate import BreakerGate
from alpha_swarm.domain.calls.breaker import BreakerRules
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.effects.slots import MOST
from tests.doubles import NoGate
from tests.integration.pipeline import books
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis import Redis

    from alpha_swarm.ports.edge import Passage
    from tests.integration.world import World

LEADS = 80
#: Longer than the leads take to be looked at, also on a crowded machine.
OPEN_SECONDS = 5.0
DOWN: dict[str, Any] = {"operation": "*", "fault": "status", "status": 503}


class Inner(NoGate):
    """Notes how many calls were under way beside each that went through."""

    def __init__(self) -> None:
        super().__init__()
        self.beside: list[int] = []

    def enter(self, passage: Passage) -> None:
        """Count those of the same target."""
        super().enter(passage)
        begun = sum(one.target == passage.target for one in self.entered)
        self.beside.append(begun - sum(one.target == passage.target for one, _ in self.left) - 1)


class Guarded:
    """An installation with breakers that stay open for seconds."""

    def __init__(self, world: World, connection: Redis) -> None:
        self.world = world
        self.inner = Inner()
        self.breakers = Breakers(connection, BreakerRules(open_seconds=OPEN_SECONDS))
        inaugurate_breakers(connection)
        vars(world.app)["breakers"] = self.breakers
        world.app.gate = BreakerGate(self.breakers, self.inner, SystemClock())

    def calls(self, target: str) -> int:
        """How many went out."""
        return sum(passage.target == target for passage in self.inner.entered)

    def row(self, target: str) -> dict[str, Any]:
        """As ``targets list`` shows it."""
        return next(row for row in self.world.app.targets() if row["target"] == target)

    def due(self, target: str) -> None:
        """Wait until it may be tried again."""
        wait_until(lambda: self.breakers.state(target) == "half_open")


@pytest.fixture
def guarded(install: Callable[..., World], connection: Redis) -> Guarded:
    """With two CRMs, at which all that is set up once is there."""
    pioneer = install()
    pioneer.people(8, "pioneer")
    pioneer.settle()
    return Guarded(install(), connection)


def outage(guarded: Guarded, target: str, **fault: Any) -> None:
    """Its calls fail until it is left alone."""
    guarded.world.fault(service=target, **fault)
    while not guarded.row(target)["paused"]:
        if not guarded.world.step():
            guarded.world.let_time_pass(60.0)
    assert guarded.breakers.state(target) == "open"


@pytest.mark.parametrize("fault", [DOWN, {"operation": "*", "fault": "reset"}])
def test_a_crm_that_is_down_is_called_no_more_and_no_lead_is_given_up(
    guarded: Guarded, fault: dict[str, Any]
) -> None:
    """Only what was under way beside the ten failures went out; afterwards one call, then the rest."""
    world = guarded.world
    ids = world.people(LEADS)
    outage(guarded, "ghl", **fault)
    assert 10 <= guarded.calls("ghl") <= 10 + MOST
    assert "too many calls failed" in guarded.row("ghl")["why"]
    assert world.app.status()["breakers"] == {"clay": "closed", "ghl": "open", "instantly": "closed"}
    assert not any(world.deaths(lead_id) for lead_id in ids)
    calls = guarded.calls("ghl")
    world.work()
    assert guarded.calls("ghl") == calls
    world.mend()
    guarded.due("ghl")
    world.settle()
    assert world.app.status()["breakers"]["ghl"] == "closed"
    assert not any(world.deaths(lead_id) for lead_id in ids)
    books.check(world)


def test_when_it_is_back_one_call_goes_before_all_others(guarded: Guarded) -> None:
    """No other is under way beside it."""
    world = guarded.world
    world.people(LEADS)
    outage(guarded, "ghl", **DOWN)
    world.mend()
    guarded.due("ghl")
    before = guarded.calls("ghl")
    guarded.inner.beside.clear()
    world.settle()
    assert guarded.calls("ghl") - before > 10
    assert guarded.inner.beside[0] == 0
    books.check(world)


def test_clay_down_uses_up_no_attempt_however_long_it_lasts(guarded: Guarded) -> None:
    """A day of it, with one call now and then."""
    world = guarded.world
    ids = world.people(LEADS)
    outage(guarded, "clay", **DOWN)
    for _ in range(2):
        guarded.due("clay")
        before = guarded.calls("clay")
        world.let_time_pass(3600.0)
        world.work()
        assert guarded.calls("clay") - before <= 1
    found = world.leads()
    assert {found[lead_id].state for lead_id in ids} == {State.RECEIVED}
    assert not any(world.deaths(lead_id) for lead_id in ids)
    world.mend()
    guarded.due("clay")
    world.settle()
    books.check(world)


def test_a_breaker_that_opens_does_not_cut_a_longer_pause_short(world: World) -> None:
    """The wait for a quota stays; a pause by hand is the last word."""
    with world.app.ledger.begin() as tx:
        tx.pauses.pause("ghl", "the quota is used up", 3600.0)
        tx.pauses.pause("ghl", "too many calls failed", 30.0)
        assert tx.pauses.current()["ghl"] == "the quota is used up"
    world.let_time_pass(31.0)
    with world.app.ledger.begin() as tx:
        assert "ghl" in tx.pauses.current()
    world.app.pause("ghl", 10.0)
    world.let_time_pass(11.0)
    with world.app.ledger.read() as tx:
        assert "ghl" not in tx.pauses.current()


def test_a_pause_that_somebody_ends_lets_one_call_try_at_once(guarded: Guarded) -> None:
    """Also when its breaker would have stayed open."""
    world = guarded.world
    world.people(LEADS)
    outage(guarded, "ghl", **DOWN)
    world.app.resume("ghl")
    ghl = guarded.row("ghl")
    assert (ghl["breaker"], ghl["paused"]) == ("half_open", False)
