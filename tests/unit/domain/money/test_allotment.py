"""Who is paid for when there is not money enough for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.prospects import prospects, rank
from alpha_swarm.domain.money.budget import (
    Caps,
    Kind,
    allot,
    kind_of,
    name_of,
    paced,
    scopes_of,
    seconds_until_reset,
)
from alpha_swarm.domain.money.cost import BOUNDLESS, Cost
from alpha_swarm.domain.states import Priority, SourceType
from tests.unit.domain.factories import LEAD, with_input

_scopes = st.lists(st.sampled_from("abcd"), unique=True, max_size=4)
_rooms = st.dictionaries(
    st.sampled_from("abc"), st.builds(Cost, st.integers(-5, 20).map(float), st.integers(-5, 20).map(float))
)


@given(
    wanted=st.lists(_scopes, max_size=12),
    rooms=_rooms,
    cost=st.builds(Cost, st.integers(0, 6), st.integers(0, 6)),
)
def test_every_one_is_granted_or_has_a_scope_without_room(
    wanted: list[list[str]], rooms: dict[str, Cost], cost: Cost
) -> None:
    """Nobody is refused while all their scopes have room, and no scope with bounds is overdrawn."""
    ids = {f"lead-{number}": scopes for number, scopes in enumerate(wanted)}
    granted, refused = allot(ids, cost, rooms)
    assert sorted([*granted, *refused]) == sorted(ids)
    for scope, room in rooms.items():
        taken = cost * sum(scope in ids[lead_id] for lead_id in granted)
        assert taken.credits <= max(room.credits, 0.0)
        assert taken.actions <= max(room.actions, 0.0)
    for lead_id, (scope, meter) in refused.items():
        before = [key for key in granted if list(ids).index(key) < list(ids).index(lead_id)]
        left = rooms[scope] - cost * sum(scope in ids[key] for key in before)
        assert scope in ids[lead_id]
        assert getattr(cost, meter) > getattr(left, meter)


def test_scopes_are_named_in_one_order() -> None:
    assert scopes_of("2026-11-21", "01B", "Rival: the firm") == (
        "day:2026-11-21",
        "month:2026-11",
        "batch:01B",
        "source:2026-11:Rival: the firm",
    )
    assert scopes_of("2026-11-21", None, None) == ("day:2026-11-21", "month:2026-11")
    assert kind_of("source:2026-11:a:b") is Kind.SOURCE
    assert name_of("source:2026-11:a:b") == "2026-11:a:b"


@pytest.mark.parametrize(
    ("scope", "seconds"), [("day:x", 3600), ("month:x", 3600), ("source:x", 3600), ("batch:x", float("inf"))]
)
def test_a_year_ends_at_once_for_days_and_months_and_never_for_batches(scope: str, seconds: float) -> None:
    assert seconds_until_reset(scope, datetime(2026, 12, 31, 23, tzinfo=UTC)) == seconds


def test_a_day_that_is_paced_opens_hour_by_hour() -> None:
    shares = [paced(hour) for hour in range(24)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-2:]) == (2 / 24, [1.0, 1.0])
    caps = Caps(day=24.0, month=100.0, pacing=True)
    assert (caps.at(Kind.DAY, 0).credits, caps.at(Kind.MONTH, 0).credits) == (2.0, 100.0)
    assert Caps(pacing=True).at(Kind.DAY, 0) == BOUNDLESS
    assert caps.is_paced(Kind.DAY, 21)
    assert not caps.is_paced(Kind.DAY, 22)


def test_urgent_leads_go_first_then_those_with_better_prospects() -> None:
    listed = with_input(source_type=SourceType.POST_LIKER, engagement_content=None)
    ordered = [
        (with_input(source_type=SourceType.GROUP_MEMBER), Priority.CRITICAL),
        (with_input(source_type=SourceType.DIRECT), Priority.NORMAL),
        (with_input(source_type=SourceType.POST_COMMENTER), Priority.NORMAL),
        (listed, Priority.NORMAL),
        (replace(listed, input=replace(listed.input, company_name=None)), Priority.NORMAL),
        (with_input(source_type=SourceType.DIRECT), Priority.BULK),
    ]
    ranks = [rank(lead.input, priority) for lead, priority in ordered]
    assert ranks == sorted(set(ranks))


@given(
    *(st.tuples(st.sampled_from(list(SourceType)), st.booleans(), st.sampled_from(Priority)) for _ in "ab")
)
def test_no_prospects_outweigh_urgency(
    one: tuple[SourceType, bool, Priority], other: tuple[SourceType, bool, Priority]
) -> None:
    """And among the equally urgent the points decide; the number fits two bytes."""
    (first, points, urgency), (second, other_points, other_urgency) = (
        _ranked(*lead) for lead in (one, other)
    )
    assert (first < second) == ((urgency, -points) < (other_urgency, -other_points))
    assert abs(first) < 2**15


def _ranked(source: SourceType, named: bool, priority: Priority) -> tuple[int, int, int]:  # noqa: FBT001 - drawn
    given_ = with_input(source_type=source, company_name="Brightforge" if named else None).input
    return rank(given_, priority), sum(prospects(given_).values()), priority.rank


def test_prospects_say_what_their_points_are_for() -> None:
    assert prospects(LEAD.input) == {
        "competitor_follower": 20,
        "engagement_content": 10,
        "linkedin_url": 15,
        "company_name": 10,
        "last_name": 5,
    }
