"""One answer for the state of the whole, with a reason for every complaint."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm.domain.health.counts import Counts
from alpha_swarm.domain.health.flow import Progress
from alpha_swarm.domain.health.health import Signs
from alpha_swarm.domain.health.status import status
from alpha_swarm.domain.money.budget import NO_CAPS, Caps
from alpha_swarm.domain.providers.uses import used_this_hour
from alpha_swarm.domain.states import RESTING, State

PARTIES = {"clay": "closed", "ghl": "closed"}


def counts(**changes: Any) -> Counts:
    """A ledger in which everything is well: two leads, one synced and one on its way."""
    states = dict.fromkeys((state.value for state in State), 0) | {"synced": 1, "submitted": 1}
    well: dict[str, Any] = {
        "states": states,
        "accepted": 2,
        "write_backs": 0,
        "providers": {"apollo": (7, 2)},
        "stranded": 0,
        "oldest_waiting_seconds": 3.14159,
        "dead_letters": 0,
        "pauses": {},
        "day": (6.0, 7.25),
        "month": (6.0, 70.00004),
    }
    return Counts(**(well | changes))


def only(state: State, number: int = 1) -> dict[str, int]:
    """All leads in one state."""
    return dict.fromkeys((one.value for one in State), 0) | {state.value: number}


def answer(**changes: Any) -> dict[str, Any]:
    """The status of such a ledger with its queues in reach."""
    return status(counts(**changes), {}, NO_CAPS, PARTIES)


def test_a_ledger_in_order_is_healthy() -> None:
    assert status(counts(), {"ingest": 2}, Caps(day=100.0), PARTIES) == {
        "leads": {state: number for state, number in counts().states.items() if state != "objected"},
        "total": 2,
        "balanced": True,
        "settled": False,
        "oldest_waiting_seconds": 3.142,
        "queues": {"ingest": 2, "enrich": 0, "sync": 0, "dlq": 0},
        "credits": {
            "day": {"reserved": 6.0, "spent": 7.25, "cap": 100.0},
            "month": {"reserved": 6.0, "spent": 70.0, "cap": None},
        },
        "actions": {"month": {"reserved": 0.0, "spent": 0.0, "cap": None}},
        "breakers": PARTIES,
        "providers": used_this_hour({"apollo": (7, 2)}),
        "dead_letters": 0,
        "not_kept": 0,
        "health": "healthy",
        "reasons": [],
    }


@pytest.mark.parametrize("state", list(State))
def test_it_is_settled_when_no_lead_is_on_its_way(state: State) -> None:
    found = answer(states=only(state), accepted=1, write_backs=0)
    assert found["settled"] == (state in RESTING)


def test_it_is_not_settled_while_a_write_back_is_owed() -> None:
    assert not answer(states=only(State.SYNCED), accepted=1, write_backs=1)["settled"]


def test_a_held_lead_is_settled_although_its_enrichment_is_owed() -> None:
    assert answer(states=only(State.HELD), accepted=1, write_backs=0)["settled"]


@pytest.mark.parametrize("changes", [{"accepted": 3}, {"accepted": 1}, {"stranded": 1}])
def test_books_that_do_not_balance_are_unhealthy(changes: dict[str, int]) -> None:
    found = answer(**changes)
    assert (found["balanced"], found["health"]) == (False, "unhealthy")
    assert "books do not balance" in found["reasons"][0]


def test_the_sync_queues_are_shown_as_their_sum() -> None:
    depths = {"sync-ghl": 2, "sync-instantly": 3, "enrich": 1, "dlq": 4}
    shown = status(counts(), depths, NO_CAPS, PARTIES)["queues"]
    assert shown == {"ingest": 0, "enrich": 1, "sync": 5, "dlq": 4}


def test_clay_left_alone_is_unhealthy_and_a_crm_left_alone_only_degraded() -> None:
    clay = answer(pauses={"clay": "replace the key"})
    assert (clay["health"], "replace the key" in clay["reasons"][0]) == ("unhealthy", True)
    ghl = answer(pauses={"ghl": "the quota is used up"})
    assert (ghl["health"], "the quota is used up" in ghl["reasons"][0]) == ("degraded", True)


def test_a_breaker_counts_like_being_left_alone() -> None:
    """Clay out of reach is worse than a CRM."""
    for party, health in (("clay", "unhealthy"), ("ghl", "degraded")):
        found = status(counts(), {}, NO_CAPS, {**PARTIES, party: "open"})
        assert (found["health"], found["breakers"][party]) == (health, "open")
        assert "too many calls failed" in found["reasons"][0]


def test_a_breaker_that_is_being_tried_is_no_complaint() -> None:
    found = status(counts(), {}, NO_CAPS, {**PARTIES, "ghl": "half_open"})
    assert (found["health"], found["breakers"]["ghl"]) == ("healthy", "half_open")


@pytest.mark.parametrize(("state", "shown"), [("closed", "open"), (None, "open"), ("half_open", "half_open")])
def test_whoever_is_left_alone_is_shown_as_open(state: str | None, shown: str) -> None:
    """For whatever reason; a breaker that says more is believed."""
    found = status(counts(pauses={"ghl": "no key"}), {}, NO_CAPS, {**PARTIES, "ghl": state})
    assert found["breakers"]["ghl"] == shown
    (reason,) = found["reasons"]
    assert reason.startswith("ghl is left alone for a while: no key; ")


def test_a_breaker_that_nobody_can_ask_is_taken_for_closed() -> None:
    """That Redis is away is a reason of its own."""
    found = status(counts(), None, NO_CAPS, dict.fromkeys(PARTIES))
    assert found["breakers"] == PARTIES


@pytest.mark.parametrize(
    ("step", "breaker", "health"),
    [
        ("sync-ghl", "closed", "unhealthy"),
        ("inbox", "closed", "unhealthy"),
        ("sync-ghl", "half_open", "healthy"),
        ("sync-ghl", "open", "degraded"),
    ],
)
def test_work_that_nobody_does_is_unhealthy_unless_its_target_is_left_alone(
    step: str, breaker: str, health: str
) -> None:
    stands = Progress(oldest_seconds=50.0, idle_seconds=None, last_success_at=None)
    signs = Signs(progress={step: stands})
    found = status(counts(), {}, NO_CAPS, {**PARTIES, "ghl": breaker}, signs)
    assert found["health"] == health


@pytest.mark.parametrize(("number", "health"), [(100, "healthy"), (101, "degraded")])
def test_many_dead_letters_are_degraded(number: int, health: str) -> None:
    assert answer(dead_letters=number)["health"] == health


def test_without_redis_nothing_is_lost_but_it_is_degraded() -> None:
    found = status(counts(), None, NO_CAPS, PARTIES)
    assert found["health"] == "degraded"
    assert "Redis" in found["reasons"][0]
    assert found["queues"] == {"ingest": 0, "enrich": 0, "sync": 0, "dlq": 0}


def test_the_worst_decides_and_every_reason_is_named() -> None:
    pauses = {"clay": "no key", "ghl": "no quota"}
    found = status(counts(stranded=1, pauses=pauses, dead_letters=500), None, NO_CAPS, PARTIES)
    assert found["health"] == "unhealthy"
    assert len(found["reasons"]) == 5


def test_the_hour_of_each_known_provider_is_shown_and_of_any_other_that_was_used() -> None:
    shown = answer(providers={"apollo": (7, 2), "zeta": (1, 0)})["providers"]
    assert shown["apollo"] == {"used": 7, "missed": 2, "limit": 500}
    assert shown["crunchbase"] == {"used": 0, "missed": 0, "limit": 200}
    assert shown["zeta"] == {"used": 1, "missed": 0, "limit": None}


def test_a_cap_that_is_reached_is_said_as_long_as_leads_are_held() -> None:
    """It makes nothing unhealthy."""
    held = counts(states=only(State.HELD, 2), stops=("day credits", "month actions"))
    found = status(held, {}, NO_CAPS, PARTIES)
    assert found["health"] == "healthy"
    assert found["reasons"] == [
        "2 leads are held: the cap on credits of the day is reached; see alpha-swarm budget",
        "2 leads are held: the cap on actions of the month is reached; see alpha-swarm budget",
    ]
    assert answer(stops=("day credits",))["reasons"] == []
