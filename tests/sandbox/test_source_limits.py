"""How many records a workspace, a source and a table take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.sandbox.clay.sources.bucket import Peak, TokenBucket
from tests.sandbox.records import FIRST, SECOND, books, records, send, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.client import Client

_GAPS = st.lists(st.floats(0, 3), min_size=1, max_size=60)


@given(_GAPS, st.integers(1, 20))
def test_no_window_takes_more_than_the_burst_and_the_rate(gaps: list[float], size: int) -> None:
    """Of calls that fit the bucket; the rounding of floating point aside."""
    bucket, now, taken = TokenBucket(20), 0.0, []
    for gap in gaps:
        now += gap
        if bucket.take(size, 10, now) == 0:
            taken.append(now)
    for first, begun in enumerate(taken):
        for last, ended in enumerate(taken[first:], 1):
            assert last * size <= 20 + 10 * (ended - begun) + 1e-6


@given(st.integers(1, 20), st.floats(0, 1))
def test_after_the_wait_records_go(size: int, elapsed: float) -> None:
    """The wait that is named suffices, up to rounding."""
    bucket = TokenBucket(20)
    bucket.take(20, 10, 0.0)
    wait = bucket.take(size, 10, elapsed)
    assert wait == 0 or bucket.take(size, 10, elapsed + wait + 1e-9) == 0


def test_more_than_the_bucket_holds_is_owed() -> None:
    """A hundred records go when the bucket is full, and the next one waits for all of them."""
    bucket = TokenBucket(20)
    assert bucket.take(100, 10, 0.0) == 0
    assert bucket.take(1, 10, 0.0) == pytest.approx(8.1)


@given(_GAPS, st.lists(st.integers(1, 10), min_size=60, max_size=60))
def test_the_peak_is_that_of_the_fullest_window(gaps: list[float], counts: list[int]) -> None:
    """As counted anew for every window that ends at a call."""
    peak, now, came = Peak(2.0), 0.0, []
    for gap, count in zip(gaps, counts, strict=False):
        now += gap
        peak.add(count, now)
        came.append((now, count))
    assert peak.most == max(sum(count for at, count in came if end - 2.0 < at <= end) for end, _ in came)


def test_records_over_the_rate_are_refused(start: Callable[..., Client]) -> None:
    """Twenty at once go, over all sources; the next get 429 with the seconds to wait, and are not taken."""
    sandbox = start(limits=True, retry_after_missing=0.0, window_scale=100)
    send(sandbox, records(10))
    send(sandbox, records(10, prefix="q"), SECOND)
    refused = submit(sandbox, records(10, prefix="r"))
    assert refused.status_code == 429
    assert 90 <= int(refused.headers["Retry-After"]) <= 100
    held = books(sandbox)
    assert (held["records"], held["by_source"][FIRST.slug]["refused"]) == (20, {"429": 1})
    assert sandbox.ledger()["clay"]["rate_limited"] == 1
    assert held["peak"] == [{"seconds": 100.0, "records": 20}, {"seconds": 200.0, "records": 20}]


def test_some_refusals_name_no_time(start: Callable[..., Client]) -> None:
    """A share of them, by the seed."""
    sandbox = start(limits=True, retry_after_missing=0.5, window_scale=1000)
    send(sandbox, records(20))
    hints = ["Retry-After" in submit(sandbox, records(1)).headers for _ in range(30)]
    assert 0 < sum(hints) < 30


def test_the_rate_is_changed_under_way_and_hidden(start: Callable[..., Client]) -> None:
    """As every other limit."""
    sandbox = start(limits=True, retry_after_missing=0.0)
    sandbox.admin("POST", "/limits", {"clay.records": {"amount": 1, "seconds": 1000, "headers": False}})
    send(sandbox, records(20))
    refused = submit(sandbox, records(1, prefix="q"))
    assert (refused.status_code, refused.headers.get("Retry-After")) == (429, None)


def test_the_rate_follows_the_windows(start: Callable[..., Client]) -> None:
    """At a thousandth of the second two hundred records in a row never wait long."""
    sandbox = start(limits=True, window_scale=0.001)
    send(sandbox, records(200))
    assert books(sandbox)["peak"][0]["seconds"] == 0.001


def test_without_limits_nothing_waits(sandbox: Client) -> None:
    """A hundred at once, and the peak tells of them."""
    assert submit(sandbox, records(100)).status_code == 200
    assert books(sandbox)["peak"][1]["records"] == 100


def _limit(sandbox: Client, what: str, excess: str) -> None:
    key = {"sources": {"slug": FIRST.slug}, "tables": {"name": "table-1"}}[what]
    sandbox.admin("POST", f"/{what}", {**key, "limit": 5, "excess": excess})


@pytest.mark.parametrize(("what", "cause"), [("sources", "limit"), ("tables", "table_full")])
def test_beyond_the_limit_records_vanish_silently(sandbox: Client, what: str, cause: str) -> None:
    """Answered as well as ever; only the books tell which ones are no rows."""
    _limit(sandbox, what, "silent")
    send(sandbox, records(8))
    held = books(sandbox)
    source = held["by_source"][FIRST.slug]
    assert (source["records"], source["rows"], source["dropped"][cause]) == (8, 5, 3)
    dropped = [one["request_id"] for one in held["request_list"] if one["without_row"] == [cause]]
    assert dropped == ["p5.1", "p6.1", "p7.1"]


@pytest.mark.parametrize("what", ["sources", "tables"])
def test_beyond_the_limit_calls_may_be_refused(sandbox: Client, what: str) -> None:
    """Where excess is an error, a call that does not fit leaves nothing."""
    _limit(sandbox, what, "error")
    assert submit(sandbox, records(6)).status_code == 403
    assert submit(sandbox, records(5)).status_code == 200
    assert submit(sandbox, records(1, prefix="q")).status_code == 403
    assert books(sandbox)["records"] == 5


def test_another_source_of_a_full_table_helps_nothing(sandbox: Client) -> None:
    """The table's limit counts rows, wherever they come from."""
    _limit(sandbox, "tables", "silent")
    sandbox.admin("POST", "/sources", {"slug": SECOND.slug, "table": "table-1"})
    send(sandbox, records(5))
    send(sandbox, records(2, prefix="q"), SECOND)
    held = books(sandbox)
    assert held["by_source"][SECOND.slug]["dropped"]["table_full"] == 2
    assert held["by_table"]["table-1"] == {"rows": 5, "limit": 5}


def test_duplicates_use_up_the_source(sandbox: Client) -> None:
    """The limit of a source counts what came, not what stayed."""
    _limit(sandbox, "sources", "silent")
    for _ in range(5):
        send(sandbox, records(1))
    send(sandbox, records(1, prefix="q"))
    dropped: dict[str, Any] = books(sandbox)["by_source"][FIRST.slug]["dropped"]
    assert dropped == {"limit": 1, "table_full": 0, "duplicate": 4}
