"""Faults on demand, before and after the effect."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.sandbox.client import CAMPAIGN, Client

if TYPE_CHECKING:
    from collections.abc import Callable

_ROW = {"rows": [{"linkedin_url": "https://www.linkedin.com/in/mara"}]}


def _order(sandbox: Client, **order: Any) -> None:
    sandbox.admin("POST", "/faults", {"service": "clay", "operation": "addRows", "fault": "status"} | order)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "invalid_input"),
        (401, "unauthorized"),
        (402, "quota_exceeded"),
        (403, "quota_exceeded"),
        (404, "not_found"),
        (429, "rate_limited"),
        (500, "internal"),
        (502, "provider_error"),
        (504, "provider_timeout"),
    ],
)
def test_every_error_comes_with_the_contracts_body(sandbox: Client, status: int, code: str) -> None:
    """Each status has its code, and what else belongs to it."""
    table = sandbox.table()
    _order(sandbox, status=status, seconds=3)
    answer = sandbox.clay("POST", f"{table}/rows", _ROW)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("3" if status == 429 else None)
    assert ("resets_at" in answer.json()["error"]) == (status in {402, 403})


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
def test_an_error_may_come_before_or_after_the_effect(sandbox: Client, when: str, rows: int) -> None:
    """The answer is the same, the effect is not."""
    table = sandbox.table()
    _order(sandbox, status=502, when=when)
    assert sandbox.clay("POST", f"{table}/rows", _ROW).status_code == 502
    assert sandbox.ledger()["clay"]["rows"] == rows


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("fault", ["reset", "hang"])
def test_a_connection_may_end_without_an_answer(sandbox: Client, fault: str, when: str, rows: int) -> None:
    """Before or after the effect, at once or after a while."""
    table = sandbox.table()
    _order(sandbox, fault=fault, when=when, seconds=0.1)
    with pytest.raises(requests.ConnectionError):
        sandbox.clay("POST", f"{table}/rows", _ROW)
    assert sandbox.ledger()["clay"]["rows"] == rows


def test_a_hang_outlasts_the_clients_patience(sandbox: Client) -> None:
    """The client times out first."""
    _order(sandbox, operation="listTables", fault="hang", seconds=1.0)
    with pytest.raises(requests.ReadTimeout):
        sandbox.session.get(f"{sandbox.base}/clay/v1/tables", timeout=0.1)


def test_slow_is_late_but_well(sandbox: Client) -> None:
    """The answer comes after the delay."""
    _order(sandbox, operation="listTables", fault="slow", seconds=0.2)
    begun = time.monotonic()
    assert sandbox.clay("GET", "/tables").status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_a_fault_fires_as_often_as_ordered_and_is_counted(sandbox: Client) -> None:
    """`times` calls fail, the next one goes through; removing ends every fault."""
    _order(sandbox, operation="*", status=500, times=2)
    statuses = [sandbox.clay("GET", "/tables").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert [fault["fired"] for fault in sandbox.admin("GET", "/faults").json()["faults"]] == [2]
    sandbox.admin("DELETE", "/faults")
    assert sandbox.admin("GET", "/faults").json() == {"faults": []}


def test_a_share_of_calls_fails_and_the_seed_says_which(start: Callable[..., Client]) -> None:
    """Two sandboxes with one seed fail at the same calls."""
    runs = []
    for _ in range(2):
        sandbox = start(seed=11)
        _order(sandbox, operation="listTables", share=0.3)
        runs.append([sandbox.clay("GET", "/tables").status_code for _ in range(60)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


def test_the_crms_fail_in_their_own_shapes(sandbox: Client) -> None:
    """GoHighLevel and Instantly have bodies of their own."""
    sandbox.admin("POST", "/faults", {"service": "ghl", "fault": "status", "status": 503})
    sandbox.admin("POST", "/faults", {"service": "instantly", "fault": "status", "status": 402})
    ghl = sandbox.ghl("GET", "/locations/L/customFields")
    instantly = sandbox.instantly("GET", f"/campaigns/{CAMPAIGN}")
    assert (ghl.status_code, ghl.json()["statusCode"]) == (503, 503)
    assert instantly.json() == {
        "statusCode": 402,
        "error": "Payment Required",
        "message": "a fault on demand",
    }


def test_an_order_that_makes_no_sense_is_refused(sandbox: Client) -> None:
    """An unknown service, operation or key is a 400: such a fault would never fire."""
    order = {"service": "clay", "operation": "addRows", "fault": "reset"}
    for change in ({"service": "x"}, {"operation": "addrows"}, {"often": 3}):
        answer = sandbox.session.post(f"{sandbox.base}/_sandbox/faults", json=order | change, timeout=5)
        assert answer.status_code == 400
