"""Limits as exact sliding windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.sandbox.limits import Limit, Limiter
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.sandbox.client import CAMPAIGN, Client

if TYPE_CHECKING:
    from collections.abc import Generator


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.integers(1, 5))
def test_no_window_ever_holds_more_than_the_limit(gaps: list[float], calls: int) -> None:
    """Whatever the calls' times, no window of the length holds more admitted calls than allowed."""
    limiter, limit = Limiter(), Limit("l", calls, 5.0)
    now, admitted = 0.0, []
    for gap in gaps:
        now += gap
        if limiter.ask(limit, "", now).admitted:
            admitted.append(now)
    assert all(later - earlier >= 5.0 for earlier, later in zip(admitted, admitted[calls:], strict=False))


@given(st.integers(1, 5), st.floats(0.1, 4.9))
def test_after_the_wait_that_is_named_a_call_goes(calls: int, elapsed: float) -> None:
    """The named wait suffices, up to the rounding of the clock."""
    limiter, limit = Limiter(), Limit("l", calls, 5.0)
    for _ in range(calls):
        limiter.ask(limit, "", 0.0)
    refused = limiter.ask(limit, "", elapsed)
    assert not refused.admitted
    assert limiter.ask(limit, "", elapsed + refused.wait + 1e-9).admitted


@pytest.fixture(scope="module")
def _limited() -> Generator[Client]:
    with running(SandboxSettings(limits=True)) as base:
        client = Client(base)
        yield client
        client.session.close()


@pytest.fixture
def limited(_limited: Client) -> Client:
    """An empty sandbox with limits, none of them used."""
    _limited.admin("POST", "/reset")
    return _limited


_LIMITED: list[tuple[int, str, str, Any]] = [
    (100, "POST", "rows", {"rows": [{"linkedin_url": "https://www.linkedin.com/in/mara"}]}),
    (50, "POST", "enrich", {"row_ids": ["row_gone"]}),
    (200, "PATCH", "rows", {"rows": [{"id": "row_gone"}]}),
    (10, "POST", "export", {}),
]


def test_clays_limits_count_calls(limited: Client) -> None:
    """The call after the last permitted one gets 429 with Retry-After, and the ledger counts it."""
    table = limited.table()
    for permitted, method, path, body in _LIMITED:
        statuses = [limited.clay(method, f"{table}/{path}", body).status_code for _ in range(permitted)]
        assert 429 not in statuses
        refused = limited.clay(method, f"{table}/{path}", body)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
    assert limited.ledger()["clay"]["rate_limited"] == len(_LIMITED)


def test_reading_from_clay_is_not_limited(limited: Client) -> None:
    """GETs and searches go on beyond every limit."""
    table = limited.table()
    statuses = {limited.clay("POST", f"{table}/search", {"query": {}}).status_code for _ in range(250)}
    assert statuses == {200}


def test_row_limits_count_for_each_table(limited: Client) -> None:
    """A second table has a limit of its own."""
    first, second = limited.table(), limited.table()
    _, method, path, body = _LIMITED[0]
    statuses = [limited.clay(method, f"{first}/{path}", body).status_code for _ in range(101)]
    assert statuses[-1] == 429
    assert limited.clay(method, f"{second}/{path}", body).status_code == 201


def test_ghl_tells_what_is_left(limited: Client) -> None:
    """Headers count down to the 429."""
    answers = [limited.ghl("GET", "/locations/L/customFields") for _ in range(101)]
    assert [answers[place].headers["X-RateLimit-Remaining"] for place in (0, 99, 100)] == ["99", "0", "0"]
    assert answers[100].status_code == 429
    assert answers[0].headers["X-RateLimit-Max"] == "100"
    assert answers[0].headers["X-RateLimit-Interval-Milliseconds"] == "10000"


def test_instantly_refuses_without_a_hint(limited: Client) -> None:
    """429 after 100 calls within a second, and no header that helps."""
    for _ in range(2000):
        answer = limited.instantly("GET", f"/campaigns/{CAMPAIGN}")
        if answer.status_code == 429:
            break
    else:
        pytest.fail("2,000 calls in a row were never limited")
    assert not any(name.lower().startswith(("x-ratelimit", "retry")) for name in answer.headers)


def test_windows_may_be_shortened() -> None:
    """At a thousandth of GoHighLevel's ten seconds the call after the last one soon goes."""
    with running(SandboxSettings(limits=True, window_scale=0.001)) as base:
        client = Client(base)
        answers = [client.ghl("GET", "/locations/L/customFields") for _ in range(101)]
        assert answers[0].headers["X-RateLimit-Interval-Milliseconds"] == "10"
        assert answers[100].status_code == 200
        client.session.close()


def test_a_limit_can_be_changed_under_way_and_hidden(limited: Client) -> None:
    """The calls before count for it; the answer to a call that is over it tells nothing."""
    table = limited.table()
    _, method, path, body = _LIMITED[1]
    before = [limited.clay(method, f"{table}/{path}", body).status_code for _ in range(5)]
    assert 429 not in before
    limited.admin("POST", "/limits", {"clay.enrich": {"amount": 6, "seconds": 60, "headers": False}})
    assert limited.clay(method, f"{table}/{path}", body).status_code != 429
    refused = limited.clay(method, f"{table}/{path}", body)
    assert refused.status_code == 429
    assert not any(name.lower().startswith(("x-ratelimit", "retry")) for name in refused.headers)
    limited.admin("POST", "/limits", {"ghl": {"amount": 7, "seconds": 2}})
    assert limited.ghl("GET", "/locations/L/customFields").headers["X-RateLimit-Max"] == "7"


@pytest.mark.parametrize(
    "order", [{"ghl": {"amount": 0, "seconds": 1}}, {"nobody": {"amount": 1, "seconds": 1}}]
)
def test_an_order_that_fits_no_limit_is_refused(limited: Client, order: dict[str, Any]) -> None:
    """And nothing changes."""
    answer = limited.session.post(f"{limited.base}/_sandbox/limits", json=order, timeout=5)
    assert answer.status_code == 400
    assert limited.ghl("GET", "/locations/L/customFields").headers["X-RateLimit-Max"] == "100"
