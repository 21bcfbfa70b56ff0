"""What somebody has to see to is told once with its remedy, and once when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.domain.health.standing import HOLD_SECONDS
from alpha_swarm.domain.lanes import LaneState
from alpha_swarm.ports.lanes import LaneAddress

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

HOOK = "/slack/services/T1/B1/secret"


@pytest.fixture
def start(install: Callable[..., World], sandbox: str) -> Callable[..., World]:
    """Starts an installation that tells people."""
    return lambda **more: install(SLACK_WEBHOOK_URL=sandbox + HOOK, **more)


@pytest.fixture
def world(start: Callable[..., World]) -> World:
    """With two CRMs."""
    return start()


def told(world: World, word: str) -> list[str]:
    """What Slack shows of it after some seconds."""
    for _ in range(3):
        world.app.notify()
    found: list[dict[str, Any]] = world.sandbox_ledger()["slack"]["message_list"]
    return [one["text"] for one in found if word in one["text"]]


def trouble(world: World) -> None:
    """Leads come as far as they can."""
    world.people(6)
    world.work()
    world.let_time_pass(60.0)
    world.work()


def mend(world: World, word: str) -> list[str]:
    """What it shows when nothing has been wrong for long enough."""
    told(world, word)
    world.let_time_pass(HOLD_SECONDS)
    return told(world, word)


@pytest.mark.parametrize(
    ("service", "status", "party", "what"),
    [
        ("ghl", 401, "ghl", "halted: authentication failed"),
        ("ghl", 404, "ghl", "halted: something is not where"),
        ("clay", 401, "clay", "halted: authentication failed"),
        ("clay", 402, "clay", "parked: a quota is used up"),
    ],
)
def test_a_halted_target_is_told_once_and_cleared_once(
    world: World, service: str, status: int, party: str, what: str
) -> None:
    """However often it says no."""
    world.fault(service=service, fault="status", status=status)
    trouble(world)
    (alert,) = told(world, f"{party} is")
    first = alert.splitlines()[0]
    assert first.startswith(f"*{party} is {what}")
    assert "remedy: " in alert
    assert f"alpha-swarm targets resume {party}" in alert
    world.app.resume(party)
    world.work()
    assert told(world, f"{party} is") == [alert]
    world.mend()
    world.app.resume(party)
    world.settle()
    assert told(world, f"{party} is") == [alert], "it may come back"
    for _ in range(2):
        assert mend(world, f"{party} is") == [alert, f"*Over: {first.removeprefix('*')}"]


def test_what_comes_back_within_minutes_was_not_over(world: World) -> None:
    """A pause that runs out and begins anew is one trouble."""
    world.fault(service="ghl", fault="status", status=401)
    trouble(world)
    for _ in range(3):
        told(world, "ghl is")
        world.app.resume("ghl")
        told(world, "ghl is")
        world.let_time_pass(HOLD_SECONDS - 1)
        world.work()
    assert len(told(world, "ghl is")) == 1


def test_a_pause_by_hand_is_nobodys_alert(world: World) -> None:
    world.app.pause("ghl", 600.0)
    assert told(world, "ghl") == []


def test_a_breaker_is_told_and_cleared_by_what_redis_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half open, or out of reach, it is neither."""
    states: dict[str, BreakerState | None] = {"ghl": BreakerState.HALF_OPEN}
    monkeypatch.setattr(type(world.app), "_breaker_states", lambda _: states)
    assert told(world, "ghl") == []
    states["ghl"] = BreakerState.OPEN
    (alert,) = told(world, "ghl")
    assert alert.startswith("*ghl is left alone: too many calls failed*\nremedy: ")
    for unsure in (BreakerState.HALF_OPEN, None):
        states["ghl"] = unsure
        assert mend(world, "ghl") == [alert]
    states["ghl"] = BreakerState.CLOSED
    assert mend(world, "ghl")[1:] == ["*Over: ghl is left alone: too many calls failed*"]


def test_a_cap_that_is_reached_is_told_until_nobody_is_held(start: Callable[..., World]) -> None:
    world = start(CLAY_CREDITS_PER_DAY="20", CLAY_CREDITS_PER_LEAD="16")
    world.people(4)
    world.work()
    (alert,) = told(world, "Spending has stopped")
    assert "the cap on credits of the day is reached" in alert
    assert "alpha-swarm budget" in alert
    raised = start(CLAY_CREDITS_PER_DAY="2000", CLAY_CREDITS_PER_LEAD="16")
    raised.settle()
    assert [text.split(":")[0] for text in mend(raised, "Spending has stopped")[1:]] == ["*Over"]


def lanes(world: World) -> None:
    """Two."""
    both = [LaneAddress(name=name, url=f"https://x.example/{name}") for name in ("one", "two")]
    world.app.ledger.lanes.bring_in(both)


@pytest.fixture
def by_lanes(start: Callable[..., World]) -> World:
    """With lanes, which take 100 records each and are warned of at 80."""
    world = start(
        CLAY_TRANSPORT="webhook",
        CLAY_LANE_LIMIT="100",
        CLAY_LANE_STOP_AT="90",
        CLAY_LANE_WARN_AT="80",
    )
    lanes(world)
    return world


def test_lanes_are_told_of_at_their_margin_when_used_up_and_when_none_is_left(by_lanes: World) -> None:
    book = by_lanes.app.ledger.lanes
    book.set_used("one", 85, None)
    (near,) = told(by_lanes, "ane")
    assert near.startswith("*Lane one is nearly used up*\nused: 85 of 100 records\nremedy: ")
    book.set_used("one", 95, None)
    (up,) = told(by_lanes, "ane")[1:]
    assert up.startswith("*Lane one is used up, or its table is full*")
    book.set_used("two", 95, None)
    assert sorted(text.splitlines()[0] for text in told(by_lanes, "ane")[2:]) == [
        "*Lane two is nearly used up*",
        "*Lane two is used up, or its table is full*",
        "*No lane is left: leads wait*",
    ]
    book.set_used("two", 0, None)
    assert sorted(text.splitlines()[0] for text in mend(by_lanes, "ane")[5:]) == [
        "*Over: Lane two is nearly used up*",
        "*Over: Lane two is used up, or its table is full*",
        "*Over: No lane is left: leads wait*",
    ]


def test_a_lane_that_is_lost_is_told_once_and_cleared_when_it_is_resumed(by_lanes: World) -> None:
    """One that somebody paused by hand is not."""
    book = by_lanes.app.ledger.lanes
    book.set_aside("one", LaneState.RETIRED, "nobody knows it")
    book.pause("two")
    book.resume("two")
    (alert,) = told(by_lanes, "Lane one")
    assert alert.splitlines()[:2] == ["*Lane one is out of use (retired)*", "reason: nobody knows it"]
    book.resume("one")
    assert mend(by_lanes, "Lane one")[1:] == ["*Over: Lane one is out of use (retired)*"]
    book.pause("two")
    assert told(by_lanes, "Lane two") == []


def test_nobody_is_told_where_nobody_is_to_be(install: Callable[..., World]) -> None:
    """It stands all the same, for whoever looks."""
    world = install()
    world.fault(service="ghl", fault="status", status=401)
    trouble(world)
    world.app.notify()
    (alert,) = world.app.alerts()
    assert (alert["key"], alert["level"], alert["told"]) == ("halt:ghl:authentication", "critical", False)
    assert world.sandbox_ledger()["slack"]["message_list"] == []
