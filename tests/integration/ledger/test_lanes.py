"""The book of lanes: no lane is ever overdrawn, counts outlive restarts, silence is noticed."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from alpha_swarm.domain.lanes import LaneState, Margins
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.lanes import lane_days, lane_rows, lanes
from alpha_swarm.ports.lanes import LaneAddress
from tests.integration.ledger.actors import config

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MARGINS = Margins(limit=50, warn_at=40, stop_at=45, table_rows=1000)
SOFT = 900.0


def lane(name: str, **more: Any) -> LaneAddress:
    """A lane by name."""
    return LaneAddress(name=name, url=f"https://lane.example.com/{name}", token="t", **more)


def row(ledger: SqlLedger, name: str) -> Any:
    """How it stands."""
    with ledger.read() as tx:
        return next(one for one in tx.lanes.rows() if one.name == name)


def expected(ledger: SqlLedger) -> dict[str, tuple[str, int]]:
    """Request id → (lane, sends) of what is still expected back."""
    with ledger.read() as tx:
        query = select(lane_rows).where(lane_rows.c.answered_at.is_(None))
        return {one.request_id: (one.lane, one.sends) for one in tx.session.rows(query)}


def requests(number: int, start: int = 0) -> list[str]:
    """So many ids."""
    return [f"lead{index}.1" for index in range(start, start + number)]


def reserve(ledger: SqlLedger, request_ids: Sequence[str]) -> dict[str, list[str]]:
    """Lane → what was reserved in it."""
    return {one.lane.name: list(one.sends) for one in ledger.lanes.reserve(request_ids, MARGINS)}


def age(ledger: SqlLedger, seconds: float) -> None:
    """Let time pass for the lanes and their rows."""
    with ledger.begin() as tx:
        tx.session.run(update(lane_rows).values(sent_at=lane_rows.c.sent_at - seconds))
        earlier = {
            "silent_since": lanes.c.silent_since - seconds,
            "last_answered_at": lanes.c.last_answered_at - seconds,
        }
        tx.session.run(update(lanes).values(earlier))


def answer(ledger: SqlLedger, request_ids: Sequence[str]) -> None:
    """Callbacks come."""
    with ledger.begin() as tx:
        tx.lanes.answered(request_ids)


def sent(ledger: SqlLedger, name: str, number: int, start: int = 0) -> list[str]:
    """Reserved in this lane and accepted by it."""
    ids = requests(number, start)
    assert reserve(ledger, ids) == {name: ids}
    ledger.lanes.accepted(name, ids)
    return ids


def test_configured_lanes_are_brought_in_again_without_losing_their_counts(ledger: SqlLedger) -> None:
    """New addresses and tokens are taken over."""
    ledger.lanes.bring_in([lane("a"), lane("b")])
    sent(ledger, "a", 3)
    changed = LaneAddress(name="a", url="https://lane.example.com/new", token=None)
    ledger.lanes.bring_in([changed, lane("b")])
    assert row(ledger, "a").used == 3
    assert {one.name: (one.url, one.token) for one in ledger.lanes.addresses()} == {
        "a": ("https://lane.example.com/new", None),
        "b": ("https://lane.example.com/b", "t"),
    }


def test_a_lane_that_left_the_settings_is_paused_until_it_returns(ledger: SqlLedger) -> None:
    """Settings without any lane say nothing of lanes."""
    ledger.lanes.bring_in([lane("a"), lane("b")])
    ledger.lanes.bring_in([lane("b")])
    assert row(ledger, "a").state == LaneState.PAUSED
    ledger.lanes.bring_in([])
    assert row(ledger, "b").state == LaneState.ACTIVE
    ledger.lanes.bring_in([lane("a"), lane("b")])
    assert row(ledger, "a").state == LaneState.ACTIVE


def test_lanes_are_filled_in_their_order_and_go_on_by_themselves(ledger: SqlLedger) -> None:
    """Configured ones first, then those that were added, each to its margin."""
    assert ledger.lanes.add(lane("0-added"))
    assert not ledger.lanes.add(lane("0-added"))
    ledger.lanes.bring_in([lane("z"), lane("a")])
    assert reserve(ledger, requests(100)) == {
        "z": requests(45),
        "a": requests(45, 45),
        "0-added": requests(10, 90),
    }


def test_what_was_certainly_not_taken_counts_no_longer(ledger: SqlLedger) -> None:
    """And is not expected back, unless it was sent before."""
    ledger.lanes.bring_in([lane("a")])
    first, again = requests(2)
    reserve(ledger, [again])
    reserve(ledger, [first, again])
    assert expected(ledger) == {first: ("a", 1), again: ("a", 2)}
    ledger.lanes.release("a", [first, again])
    assert expected(ledger) == {again: ("a", 1)}
    assert (row(ledger, "a").used, row(ledger, "a").table_rows) == (1, 1)
    with ledger.read() as tx:
        assert [one.records for one in tx.session.rows(select(lane_days))] == [1]


def test_a_count_never_falls_below_nothing(ledger: SqlLedger) -> None:
    """A person may set it anew while a call is under way."""
    ledger.lanes.bring_in([lane("a")])
    reserve(ledger, requests(2))
    assert ledger.lanes.set_used("a", 0, None)
    ledger.lanes.release("a", requests(2))
    assert row(ledger, "a").used == 0
    assert not ledger.lanes.set_used("unknown", 1, None)


def _reserve_singly(url: str, start: int) -> list[str]:
    ledger = SqlLedger(config(url, holder=str(start)))
    mine = [key for one in requests(20, start) for ids in reserve(ledger, [one]).values() for key in ids]
    ledger.close()
    return mine


def _threads() -> Executor:
    return ThreadPoolExecutor(8)


def _processes() -> Executor:
    return ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.parametrize("pool", [_threads, _processes])
def test_eight_that_reserve_the_last_records_never_pass_the_margin(
    pool: Callable[[], Executor], ledger: SqlLedger, database_url: str
) -> None:
    """Of 160 records 90 find room in two lanes, each is counted once, and the others find none."""
    ledger.lanes.bring_in([lane("a"), lane("b")])
    with pool() as workers:
        found = list(workers.map(_reserve_singly, [database_url] * 8, range(0, 160, 20)))
    reserved = [key for one in found for key in one]
    assert len(reserved) == len(set(reserved)) == 90
    assert (row(ledger, "a").used, row(ledger, "b").used) == (45, 45)
    assert len(expected(ledger)) == 90


def test_an_answer_is_ticked_off_once(ledger: SqlLedger) -> None:
    """A second one for the same row, or one for a row of nobody's, changes no count."""
    ledger.lanes.bring_in([lane("a")])
    ids = sent(ledger, "a", 3)
    answer(ledger, [*ids[:2], "stranger.1"])
    answer(ledger, ids[:1])
    assert (row(ledger, "a").accepted, row(ledger, "a").answered) == (3, 2)
    assert set(expected(ledger)) == {ids[2]}


def test_a_lane_that_accepts_and_never_answers_is_suspected_once(ledger: SqlLedger) -> None:
    """After the soft deadline, and no sooner; the alert names the four usual causes and the way back."""
    ledger.lanes.bring_in([lane("a"), lane("b")])
    sent(ledger, "a", 20)
    assert ledger.lanes.suspect(SOFT) == []
    age(ledger, SOFT)
    with capture_logs() as logs:
        assert ledger.lanes.suspect(SOFT) == ["a"]
        assert ledger.lanes.suspect(SOFT) == []
    (alert,) = logs
    assert (alert["event"], alert["log_level"]) == ("lane_suspect", "critical")
    for cause in (
        "50,000 submissions",
        "table is full",
        "auto-run is off",
        "out of credits",
        "lanes resume a",
    ):
        assert cause in alert["reason"]
    assert reserve(ledger, requests(1, 100)) == {"b": requests(1, 100)}


def test_nineteen_without_an_answer_are_no_reason(ledger: SqlLedger) -> None:
    ledger.lanes.bring_in([lane("a")])
    sent(ledger, "a", 19)
    age(ledger, SOFT)
    assert ledger.lanes.suspect(SOFT) == []


def test_what_was_answered_before_it_was_noted_as_accepted_is_no_silence(ledger: SqlLedger) -> None:
    """An answer may overtake the note; afterwards nobody has anything left to say."""
    ledger.lanes.bring_in([lane("a")])
    for start in (0, 10):
        ids = requests(10, start)
        reserve(ledger, ids)
        answer(ledger, ids)
        ledger.lanes.accepted("a", ids)
    age(ledger, SOFT)
    assert ledger.lanes.suspect(SOFT) == []
    assert (row(ledger, "a").accepted, row(ledger, "a").silent) == (20, 0)


def test_whether_others_answer_is_part_of_the_alert(ledger: SqlLedger) -> None:
    """Where none does, our own door may be the reason."""
    ledger.lanes.bring_in([lane("a"), lane("b")])
    sent(ledger, "a", 45)
    others = sent(ledger, "b", 20, start=45)
    age(ledger, SOFT)
    answer(ledger, others[:1])
    ledger.lanes.suspect(SOFT)
    assert "BASE_URL" not in row(ledger, "a").reason
    age(ledger, SOFT)
    sent(ledger, "b", 20, start=65)
    age(ledger, SOFT)
    ledger.lanes.suspect(SOFT)
    assert "BASE_URL" in row(ledger, "b").reason


def test_answers_to_what_went_before_the_silence_do_not_end_it(ledger: SqlLedger) -> None:
    """One to what went since then does, and the lane is used again."""
    ledger.lanes.bring_in([lane("a")])
    early = sent(ledger, "a", 2)
    age(ledger, 60.0)
    answer(ledger, early[:1])
    late = sent(ledger, "a", 20, start=2)
    answer(ledger, early[1:])
    age(ledger, SOFT)
    assert ledger.lanes.suspect(SOFT) == ["a"]
    answer(ledger, late[:1])
    assert (row(ledger, "a").state, row(ledger, "a").reason) == (LaneState.ACTIVE, None)


def test_a_lane_is_set_aside_and_said_so_once(ledger: SqlLedger) -> None:
    """However many calls find out at the same time; a person brings it back."""
    ledger.lanes.bring_in([lane("a")])
    with capture_logs() as logs:
        for _ in range(2):
            ledger.lanes.set_aside("a", LaneState.RETIRED, "answered 404")
    assert [(one["event"], one["lane"], one["state"]) for one in logs] == [("lane_set_aside", "a", "retired")]
    assert reserve(ledger, requests(1)) == {}
    assert ledger.lanes.why_none(MARGINS).startswith("no lane can take records (1 retired)")
    assert ledger.lanes.resume("a")
    assert reserve(ledger, requests(1)) == {"a": requests(1)}


def test_margins_are_logged_by_the_reservation_that_reaches_them(ledger: SqlLedger) -> None:
    ledger.lanes.bring_in([lane("a")])
    with capture_logs() as logs:
        reserve(ledger, requests(39))
        reserve(ledger, requests(1, 39))
        reserve(ledger, requests(10, 40))
        reserve(ledger, requests(1, 50))
    assert [one["event"] for one in logs] == ["lane_nearly_used_up", "lane_used_up", "no_lane_left"]


def test_the_forecast_counts_what_was_sent_in_the_last_seven_days(ledger: SqlLedger) -> None:
    """Over all lanes; what lies further back counts no more."""
    ledger.lanes.bring_in([lane("a"), lane("b")])
    assert (dict(ledger.lanes.use().by_day), ledger.lanes.use().days) == ({}, 1)
    sent(ledger, "a", 45)
    sent(ledger, "b", 5, start=45)
    today = next(iter(ledger.lanes.use().by_day))
    with ledger.begin() as tx:
        days = [(date.fromisoformat(today) - timedelta(days=back)).isoformat() for back in (2, 7)]
        tx.session.add(lane_days, [{"lane": "a", "day": day, "records": 30} for day in days])
    use = ledger.lanes.use()
    assert (dict(use.by_day), use.days) == ({days[0]: 30, today: 50}, 3)
