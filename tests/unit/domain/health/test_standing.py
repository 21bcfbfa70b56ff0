"""Which alerts stand is a function of the state, and what is news a function of that and of what was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.domain.health.standing import HOLD_SECONDS, Found, Watched, found, news
from alpha_swarm.domain.lane_report import LaneFigures
from alpha_swarm.domain.lanes import BY_HAND, NO_LANE, VANISHED, Lane, LaneState, Margins
from alpha_swarm.domain.messages.alerts import Halt, Level, Stood, begun, over

NOW = 1_000_000.0
KINDS = (
    "CredentialsRefusedError",
    "QuotaExhaustedError",
    "WrongAddressError",
    "BreakerOpenError",
    "HaltError",
)
halts = st.builds(
    Halt, party=st.sampled_from(["clay", "ghl"]), kind=st.sampled_from(KINDS), reason=st.just("why")
)
states = st.dictionaries(st.sampled_from(["clay", "ghl"]), st.none() | st.sampled_from(BreakerState))
watched = st.builds(Watched, halts=st.lists(halts, max_size=3), breakers=states)


def lane(
    name: str = "one", state: LaneState = LaneState.ACTIVE, used: int = 0, reason: str | None = None
) -> LaneFigures:
    """A lane."""
    return LaneFigures(
        lane=Lane(name=name, state=state, used=used),
        reason=reason,
        since=datetime(2026, 1, 1, tzinfo=UTC),
        token=True,
        accepted=0,
        answered=0,
        last_accepted_at=None,
        last_answered_at=None,
    )


def keys(state: Watched) -> dict[str, Level]:
    """What stands."""
    return {key: alert.level for key, alert in found(state).alerts.items()}


def stood(found_now: Found, gone_at: float | None = None) -> dict[str, Stood]:
    """As if all of it had been told."""
    return {
        key: Stood(
            key=key, level=alert.level, text=alert.text, remedy=alert.remedy, since=NOW, gone_at=gone_at
        )
        for key, alert in found_now.alerts.items()
    }


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("CredentialsRefusedError", "halt:ghl:authentication"),
        ("QuotaExhaustedError", "halt:ghl:quota"),
        ("WrongAddressError", "halt:ghl:address"),
        ("BreakerOpenError", "breaker:ghl"),
        ("HaltError", "halt:ghl:other"),
    ],
)
def test_every_halt_is_critical_and_comes_with_its_reason_and_remedy(kind: str, key: str) -> None:
    (alert,) = found(Watched(halts=[Halt(party="ghl", kind=kind, reason="it said so")])).alerts.values()
    assert (alert.key, alert.level, alert.facts["reason"]) == (key, Level.CRITICAL, "it said so")
    assert "alpha-swarm targets" in alert.remedy
    assert "{" not in alert.text + alert.remedy


def test_an_open_breaker_and_its_pause_are_one_alert() -> None:
    halt = Halt(party="ghl", kind="BreakerOpenError", reason="too many")
    assert keys(Watched(halts=[halt], breakers={"ghl": BreakerState.OPEN})) == {"breaker:ghl": Level.CRITICAL}


def test_want_of_a_lane_is_told_by_the_lanes_alone() -> None:
    halt = Halt(party="clay", kind="HaltError", reason=f"{NO_LANE} (1 exhausted)")
    assert keys(Watched(halts=[halt], lanes=[lane(used=45_000)])) == {
        "lane:one:near": Level.WARNING,
        "lane:one:exhausted": Level.WARNING,
        "lanes:none": Level.CRITICAL,
    }


@pytest.mark.parametrize("reason", [BY_HAND, VANISHED])
def test_what_people_ordered_is_no_alert(reason: str) -> None:
    assert keys(Watched(lanes=[lane(), lane("two", LaneState.PAUSED, reason=reason)])) == {}
    refused = lane("two", LaneState.PAUSED, reason="it answered 401")
    assert keys(Watched(lanes=[lane(), refused])) == {"lane:two:paused": Level.WARNING}


def test_where_nothing_goes_by_lanes_none_lacks() -> None:
    assert keys(Watched(lanes=None)) == {}
    assert keys(Watched(lanes=[])) == {"lanes:none": Level.CRITICAL}


def test_a_lane_without_an_end_is_never_near_it() -> None:
    endless = replace(lane(used=49_999), lane=Lane(name="one", used=49_999, unlimited=True))
    assert keys(Watched(lanes=[endless], margins=Margins())) == {}


def test_each_cap_is_an_alert_of_its_own() -> None:
    assert keys(Watched(caps=["day credits", "month actions"])) == {
        "cap:day:credits": Level.CRITICAL,
        "cap:month:actions": Level.CRITICAL,
    }


def test_an_audit_trail_that_was_tampered_with_is_critical_and_says_where() -> None:
    (alert,) = found(Watched(trail="record 7 is missing")).alerts.values()
    assert (alert.key, alert.level, alert.facts) == (
        "audit",
        Level.CRITICAL,
        {"reason": "record 7 is missing"},
    )
    assert keys(Watched(trail=None)) == {}


@given(state=watched)
def test_what_was_told_is_no_news(state: Watched) -> None:
    """Each alert once, however often it is looked at."""
    now_found = found(state)
    assert len(news({}, now_found, NOW).begun) == len(now_found.alerts)
    assert not news(stood(now_found), now_found, NOW)


@given(before=watched, after=watched)
def test_whatever_stands_is_told_and_whatever_is_over_is_cleared(before: Watched, after: Watched) -> None:
    """After its time; what nobody can tell stays as it was."""
    told, now_found = stood(found(before)), found(after)
    first = news(told, now_found, NOW)
    assert {one.key for one in first.begun} == now_found.alerts.keys() - told.keys()
    assert set(first.gone) == told.keys() - now_found.alerts.keys() - now_found.unsure
    assert not first.over
    gone = {key: replace(one, gone_at=NOW if key in first.gone else None) for key, one in told.items()}
    assert not news(gone, now_found, NOW + HOLD_SECONDS - 1).over
    last = news(gone, now_found, NOW + HOLD_SECONDS)
    assert [one.key for one in last.over] == list(first.gone)


@given(state=watched)
def test_what_comes_back_was_not_over(state: Watched) -> None:
    now_found = found(state)
    again = news(stood(now_found, gone_at=NOW - HOLD_SECONDS), now_found, NOW)
    assert set(again.back) == now_found.alerts.keys()
    assert not again.begun
    assert not again.over
    assert not again.gone


def test_both_tellings_are_of_one_thread_and_each_has_a_key_of_its_own() -> None:
    (alert,) = found(Watched(caps=["day credits"])).alerts.values()
    (told,) = stood(found(Watched(caps=["day credits"]))).values()
    first, last = begun(alert, NOW), over(told)
    assert first.topic == last.topic
    assert (first.key, last.key) == ("alert:cap:day:credits:1000000", "alert:cap:day:credits:1000000:over")
    assert last.text == f"Over: {alert.text}"
